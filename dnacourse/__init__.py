"""Deep learning for DNA: the helper package of the course.

Nothing is imported here, so `import dnacourse` is instant; take the module you need,
for example `from dnacourse import orfs`.
"""

__version__ = "0.1.0"
