from __future__ import annotations

from itertools import product

import numpy as np

from personatwin_sql.privacy.lattice import Lattice, is_coarser, is_finer

LATTICE = Lattice((1, 0, 2), (3, 2, 2))


def test_nodes_are_numbered_in_the_order_of_their_levels() -> None:
    levels = list(product((1, 2, 3), (0, 1, 2), (2,)))
    assert [LATTICE.levels(node) for node in range(LATTICE.size)] == levels
    assert [LATTICE.node(each) for each in levels] == list(range(LATTICE.size))


def test_sums_add_the_figure_of_each_column() -> None:
    figures = (np.array([9.0, 0.1, 0.2, 0.3]), np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, 10.0]))
    expected = [figures[0][a] + figures[1][b] + figures[2][c] for a, b, c in map(LATTICE.levels, range(9))]
    np.testing.assert_allclose(LATTICE.sums(figures), expected)


def test_finer_and_coarser_compare_every_column_even_beyond_one_word_of_steps() -> None:
    for lattice in (LATTICE, Lattice((0, 0), (70, 2))):
        all_levels = np.array([lattice.levels(node) for node in range(lattice.size)])
        for node in range(0, lattice.size, 7):
            than = lattice.steps[:, node]
            finer = (all_levels <= all_levels[node]).all(axis=1)
            coarser = (all_levels >= all_levels[node]).all(axis=1)
            assert is_finer(lattice.steps, than).tolist() == finer.tolist()
            assert is_coarser(lattice.steps, than).tolist() == coarser.tolist()


def test_a_path_climbs_one_step_at_a_time_to_the_top() -> None:
    climb = LATTICE.climb((np.array([0.0, 0.0, 0.5, 0.6]), np.array([0.0, 0.1, 0.2]), np.zeros(3)))
    for node in range(LATTICE.size):
        levels = [LATTICE.levels(each) for each in LATTICE.path(node, climb)]
        assert levels[0] == LATTICE.levels(node)
        assert levels[-1] == LATTICE.highest
        steps = np.diff(np.array(levels), axis=0)
        assert ((steps >= 0).all(axis=1) & (steps.sum(axis=1) == 1)).all()
