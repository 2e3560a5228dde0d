import os

# Before numpy or torch load: many small models run far slower on two threads than on one.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("DNACOURSE_SCALE", "ci")
