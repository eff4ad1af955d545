"""Sheets: the layout of a page with its claims. Skipped without torch."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from tokenizers import Tokenizer  # noqa: E402

from claims.entailment.onnx import SHIPPED_FOLDER  # noqa: E402
from training.batches import collate, tokenize  # noqa: E402
from training.model import JudgeNet, Shape  # noqa: E402
from training.pairs import Pair  # noqa: E402
from training.sheets import collate_sheets, lay_out, make_sheets, who_sees_whom  # noqa: E402

PAGE = "Kelm opened its bridge on Monday."
PAIRS = [
    Pair("A bridge opened in Kelm.", PAGE, "SUPPORTED", "x:1", "k"),
    Pair("The bridge in Kelm is closed.", PAGE, "REFUTED", "x:1", "k"),
    Pair("The bridge cost a million.", PAGE, "NOT_SUPPORTED", "x:1", "k"),
]
SMALL = Shape(width=48, heads=12, inner=(96, 96))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(SHIPPED_FOLDER / "tokenizer.json"))


@pytest.fixture(scope="module")
def net() -> JudgeNet:
    torch.manual_seed(1)
    return JudgeNet(SMALL).eval()


def test_claim_has_the_positions_it_would_have_as_a_pair(tokenizer: Tokenizer) -> None:
    sheet = lay_out(PAIRS, tokenizer)
    (pair,) = tokenize(tokenizer, PAIRS[1:2])
    begin, end = sheet.starts[1], sheet.starts[2]
    page = sheet.ids[: sheet.starts[0]]
    assert page + sheet.ids[begin + 1 : end] == pair.ids
    assert sheet.places[begin] == 0
    assert sheet.places[begin + 1 : end] == tuple(range(len(page), len(pair.ids)))
    assert sheet.labels == (0, 1, -1)


def test_claims_and_page_do_not_attend_to_other_claims(tokenizer: Tokenizer, net: JudgeNet) -> None:
    alone = [read(net, [[pair]], tokenizer)[0] for pair in PAIRS]
    together = read(net, [PAIRS, [PAIRS[2], PAIRS[0]]], tokenizer)
    torch.testing.assert_close(together[:3], torch.stack(alone), atol=1e-5, rtol=0)
    torch.testing.assert_close(together[3:], torch.stack([alone[2], alone[0]]), atol=1e-5, rtol=0)


def read(net: JudgeNet, sheets: list[list[Pair]], tokenizer: Tokenizer) -> torch.Tensor:
    batch = collate_sheets([lay_out(pairs, tokenizer) for pairs in sheets])
    with torch.no_grad():
        return batch.logits(net)


def test_sheet_of_one_claim_with_full_attention_equals_the_pair(
    tokenizer: Tokenizer, net: JudgeNet
) -> None:
    sheet = collate_sheets([lay_out(PAIRS[:1], tokenizer)])
    pair = collate(tokenize(tokenizer, PAIRS[:1]))
    # All tokens except the <s> of the page, because a pair has only one <s>.
    seen = torch.ones_like(who_sees_whom(sheet.blocks))
    seen[:, :, 0] = False
    seen[:, 0, 0] = True
    with torch.no_grad():
        whole = net.read(sheet.ids, sheet.places, seen, sheet.starts)
        torch.testing.assert_close(whole, pair.logits(net), atol=1e-5, rtol=0)


def test_every_page_gives_a_sheet_and_no_claim_is_lost(tokenizer: Tokenizer) -> None:
    other = Pair("Rain fell in Orm.", "Rain fell in Orm all day.", "SUPPORTED", "x:2", "k")
    sheets = make_sheets([*PAIRS, other] * 1, tokenizer, seed=1)
    assert [len(sheet.starts) for sheet in sheets] == [3, 1]
