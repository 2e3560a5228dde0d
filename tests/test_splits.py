import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dnacourse import splits
from dnacourse.sequence import decode, reverse_complement
from dnacourse.similarity import shares_kmer
from dnacourse.splits import PromiseBroken, Split


def rows_of(split):
    return sorted(np.concatenate([split.train, split.validation, split.test]).tolist())


@given(st.integers(0, 200), st.integers(0, 5))
def test_random_has_every_row_once_in_the_right_shares(n, seed):
    split = splits.random(n, random_state=seed)
    assert rows_of(split) == list(range(n)) and abs(len(split.test) - 0.1 * n) <= 1
    assert "each row once" in split.prove()


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.integers(0, 3))
def test_no_group_is_in_two_parts(groups, seed):
    split = splits.by_group(groups, random_state=seed)
    assert rows_of(split) == list(range(len(groups)))
    parts = [{groups[row] for row in part} for part in (split.train, split.validation, split.test)]
    assert sum(map(len, parts)) == len(set(groups))
    assert "no group is in two parts" in split.prove()


def test_groups_come_near_the_fractions_and_the_seed_decides():
    groups = np.random.default_rng(0).integers(0, 200, 5000)
    split = splits.by_group(groups, (0.7, 0.1, 0.2))
    assert abs(len(split.train) - 3500) < 50 and abs(len(split.test) - 1000) < 50
    assert np.array_equal(split.test, splits.by_group(groups, (0.7, 0.1, 0.2)).test)
    assert not np.array_equal(split.test, splits.by_group(groups, (0.7, 0.1, 0.2), random_state=1).test)


def test_by_chromosome():
    split = splits.by_chromosome(["2L", "X", "2L", "3R"], validation=["X"], test=["2L"])
    assert split.train.tolist() == [3] and split.validation.tolist() == [1] and split.test.tolist() == [0, 2]
    assert split.part_of_rows().tolist() == ["test", "validation", "test", "train"]
    with pytest.raises(ValueError, match="no row lies on chromosome '4'"):
        splits.by_chromosome(["2L", "X"], ["4"], ["X"])
    with pytest.raises(ValueError, match="for validation and for test"):
        splits.by_chromosome(["2L", "X"], ["X"], ["X"])


@pytest.mark.parametrize("twenty", [20, "20", np.int64(20), np.str_("20"), b"20", 20.0])
def test_chromosomes_are_the_same_as_text_and_as_number(twenty):
    columns = (
        [20, 21, 22], ["20", "21", "22"], np.array([20, 21, 22]), pd.Series([20, 21, 22], index=[5, 5, 5]),
        np.array([20.0, 21.0, 22.0]), [20, "21", 22], pd.Series(["20", "21", "22"], dtype="category"), np.array([b"20", b"21", b"22"]),
    )  # fmt: skip
    for chromosomes in columns:
        split = splits.by_chromosome(chromosomes, validation=[twenty], test=np.array(["21"]))
        assert (split.train.tolist(), split.validation.tolist(), split.test.tolist()) == ([2], [0], [1])
        assert "no chromosome is in two parts" in split.prove()


def test_chromosomes_of_another_name_are_said_with_what_there_is():
    with pytest.raises(ValueError, match="no row lies on chromosome 'chr20'; there are '20', '21', '22'"):
        splits.by_chromosome([20, 21, 22], ["chr20"], ["21"])
    with pytest.raises(ValueError, match="chromosome '20' is named for validation and for test"):
        splits.by_chromosome([20, 21, 22], [20], ["20"])
    with pytest.raises(ValueError, match=r"lists of names: write \[20\] and \[21\]"):
        splits.by_chromosome([20, 21, 22], 20, 21)
    with pytest.raises(ValueError, match="row 1 has no chromosome"):
        splits.by_chromosome([20, np.nan, 22], [20], [22])


def test_as_given():
    split = splits.as_given(["test", "train", "validation"])
    assert split.test.tolist() == [0] and "nothing more is promised" in split.prove()
    with pytest.raises(PromiseBroken, match="chromosome 'X' is in train and in test"):
        splits.as_given(["test", "train"], ["X", "X"], "chromosome").prove()
    with pytest.raises(ValueError, match="'valid' is none of the parts"):
        splits.as_given(["valid"])


def family(seed=0):
    """300 random sequences of 200 letters; 10 is copied as 50, half of 20 as 60, 30 turned round as 70."""
    tokens = np.random.default_rng(seed).integers(0, 4, (300, 200), dtype=np.uint8)
    tokens[50] = tokens[10]
    tokens[60, :100] = tokens[20, 100:]
    tokens[70] = reverse_complement(tokens[30])
    return tokens


def test_similar_sequences_form_clusters():
    clusters = splits.similarity_clusters(family())
    assert len(set(clusters.tolist())) == 297
    assert clusters[10] == clusters[50] and clusters[20] == clusters[60] and clusters[30] == clusters[70]
    assert len(set(splits.similarity_clusters(family(), both_strands=False).tolist())) == 298
    assert len(set(splits.similarity_clusters(family(), threshold=0.6).tolist())) == 298, "half is not 0.6"
    assert np.array_equal(clusters, splits.similarity_clusters([decode(row) for row in family()]))
    assert len(set(splits.similarity_clusters(family(), sketch=0.3).tolist())) == 297


def test_clusters_join_through_others_and_n_is_no_kmer():
    a, b = "ACGTTGCATGCC" * 3, "GATTACAGGTTC" * 3
    clusters = splits.similarity_clusters([a, a + b, b, "N" * 40, "N" * 40], threshold=0.3, k=9)
    assert clusters[0] == clusters[1] == clusters[2] and clusters[3] == clusters[4] != clusters[0]


def test_similarity_is_the_share_of_the_smaller_one_and_must_pass_the_threshold():
    pair = ["AACAG", "AACTT"]  # one of three 3-mers in common
    assert len(set(splits.similarity_clusters(pair, 1 / 3, k=3, both_strands=False).tolist())) == 2
    assert len(set(splits.similarity_clusters(pair, 0.33, k=3, both_strands=False).tolist())) == 1
    long = decode(family()[0])
    assert len(set(splits.similarity_clusters([long, long[50:80]], threshold=0.99).tolist())) == 1


def test_the_proof_looks_at_all_kmers_even_where_the_clusters_looked_at_few():
    for seed in range(50):
        split = splits.by_similarity(family(), sketch=1e-6, random_state=seed)
        part_of = split.part_of_rows()
        if part_of[20] != part_of[60]:
            with pytest.raises(PromiseBroken, match="are in different parts"):
                split.prove()
            return
    pytest.fail("no seed parted the two copies")


def test_the_proof_says_how_much_is_shared():
    promise = splits.by_similarity(["AACAG", "AACTT"], threshold=0.5, k=3, both_strands=False)
    parted = Split(np.array([0]), np.array([], int), np.array([1])).held_to(promise)
    assert "at most 0.33 of the 3-mers are shared, the threshold is 0.5" in parted.prove()


def test_no_pair_above_the_similarity_is_parted():
    split = splits.by_similarity(family(), threshold=0.3)
    assert rows_of(split) == list(range(300)) and "the threshold is 0.3" in split.prove()


def test_the_proof_is_worked_out_again_from_the_sequences():
    split = splits.by_similarity(family(), threshold=0.3)
    part_of = split.part_of_rows()
    elsewhere = {"train": "test", "validation": "train", "test": "train"}
    part_of[50] = elsewhere[part_of[50]]
    parts = [np.flatnonzero(part_of == part) for part in splits.PARTS]
    with pytest.raises(PromiseBroken, match=r"share 1\.00 of their 15-mers"):
        Split(*parts).held_to(split).prove()


def test_a_row_twice_or_nowhere_breaks_every_promise():
    with pytest.raises(PromiseBroken, match="row 1 is in two parts"):
        Split(np.array([0, 1]), np.array([1]), np.array([2])).prove()
    with pytest.raises(PromiseBroken, match="row 1 is in no part"):
        Split(np.array([0]), np.array([2]), np.array([3])).prove()


def test_parts_and_groups_are_one_for_each_row():
    with pytest.raises(ValueError, match=r"one part for each row, \(n,\), not an array of shape \(1, 2\)"):
        splits.as_given([["train", "test"]])
    with pytest.raises(ValueError, match="one part for each row"):
        splits.as_given("train")
    with pytest.raises(ValueError, match="one group for each row, a list of them, not 'abc'"):
        splits.by_group("abc")
    with pytest.raises(ValueError, match="row 1 has a list for its group: give a name"):
        splits.by_group(["a", ["b"]])


@pytest.mark.parametrize("wrong", [0.8, (0.5, 0.5), (0.5, 0.2, 0.2), (1.2, -0.1, -0.1)])
def test_fractions_must_sum_to_one(wrong):
    with pytest.raises(ValueError, match="three numbers that sum to 1"):
        splits.random(10, wrong)


def test_k_and_sketch_have_their_ranges():
    with pytest.raises(ValueError, match=r"k must lie in 1\.\.31"):
        splits.by_similarity(["ACGT"], k=32)
    with pytest.raises(ValueError, match="sketch is a share"):
        splits.by_similarity(["ACGT"], sketch=0)


def test_a_split_that_leaves_rows_out_is_found_out():
    small = Split(np.array([0]), np.array([1]), np.array([2]))
    with pytest.raises(PromiseBroken, match="row 3 is in no part"):
        small.held_to(splits.random(100)).prove()
    with pytest.raises(PromiseBroken, match="no row 7 among the 3"):
        Split(np.array([0]), np.array([1]), np.array([7]), rows=3).prove()


def test_groups_may_be_anything_but_nothing():
    split = splits.by_group([("a", 1), ("a", 1), ("b", 2)])
    assert rows_of(split) == [0, 1, 2] and "no group" in split.prove()
    for groups in (["a", None, "b"], np.array([1.0, np.nan]), pd.Series(["a", None])):
        with pytest.raises(ValueError, match="row 1 has no group"):
            splits.by_group(groups)
    with pytest.raises(ValueError, match=r"not an array of shape \(3, 2\)"):
        splits.by_group(np.zeros((3, 2)))
    with pytest.raises(ValueError, match="3 parts but 2 genes"):
        splits.as_given(["train", "test", "test"], ["a", "b"], "gene")


def test_sequences_without_a_kmer_stay_together_where_they_are_the_same():
    sequences = ["ACGTACGTACGTAC"] * 40 + ["TTTTTTTTTTTTTG"] * 40 + ["CAAAAAAAAAAAAA"] * 3 + ["N" * 30] * 5
    split = splits.by_similarity(sequences, fractions=(0.5, 0.25, 0.25))
    assert "sequences without a 15-mer (88) stay together" in split.prove()
    assert len(set(split.part_of_rows()[40:83])) == 1  # the other strand of the same letters
    with pytest.raises(PromiseBroken, match="have the same letters and are not in one part"):
        splits.random(88).held_to(split).prove()


@pytest.mark.parametrize("threshold", [-0.1, 30])
def test_a_threshold_that_is_no_share_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold is a share"):
        splits.by_similarity(["ACGT" * 10], threshold)
    with pytest.raises(TypeError, match="many sequences, not one"):
        splits.by_similarity("ACGT" * 10)


def test_the_proof_says_when_a_part_is_empty():
    assert "validation and test EMPTY" in splits.by_similarity(["ACGTACGTACGTACGTACGT"] * 20).prove()
    assert "EMPTY" not in splits.random(100).prove()


def test_a_single_name_for_a_list_of_chromosomes_is_refused():
    with pytest.raises(ValueError, match=r"write \['chr2'\] and \['chr3'\]"):
        splits.by_chromosome(["chr1", "chr2", "chr3"], "chr2", "chr3")


def test_sequences_drawn_one_after_the_other_are_split_and_proved_like_a_list():
    texts = [decode(row) for row in family()]
    split, same = splits.by_similarity(iter(texts)), splits.by_similarity(texts)
    assert np.array_equal(split.part_of_rows(), same.part_of_rows()) and split.prove() == same.prove()


def test_padding_is_no_letter_of_a_sequence_without_a_kmer():
    tokens = np.array([[0, 1, 2, 5, 5], [1, 2, 3, 5, 5], [5, 5, 0, 1, 2], [0, 0, 0, 5, 5]], np.uint8)
    clusters = splits.similarity_clusters(tokens)
    assert clusters[0] == clusters[1] == clusters[2] != clusters[3], (
        "ACG, CGT, its other strand, and ACG again"
    )


@given(
    st.lists(st.text("ACGTN", max_size=20), max_size=6), st.lists(st.text("ACGTN", max_size=20), max_size=6)
)
def test_sequences_share_a_kmer_as_by_hand(sequences, others):
    def words(text):
        return {text[i : i + 3] for i in range(len(text) - 2) if "N" not in text[i : i + 3]}

    there = set().union(*map(words, others))
    either = there | {reverse_complement(word) for word in there}
    for both, known in ((False, there), (True, either)):
        expected = [bool(words(text) & known) for text in sequences]
        assert shares_kmer(sequences, others, 3, both_strands=both).tolist() == expected
