"""The network of the judge as an ONNX graph: quantised as it ships, or in float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.integers import (
    LEAST_STEP,
    ROW_LEVELS,
    Rounded,
    RowRounded,
    factors_by_weight,
    sites,
    table_levels,
    weight_levels,
)
from training.model import JudgeNet, bucket_line

Array = npt.NDArray[Any]
_CONTRIB = "com.microsoft"


class Graph:
    """Nodes and weights of an ONNX graph; each method returns the name of the value it added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, Array] = {}

    def weight(self, name: str, array: Array) -> str:
        """Add a constant."""
        self.weights[name] = np.ascontiguousarray(array)
        return name

    def numbers(self, *values: int) -> str:
        """Add a constant int64 list."""
        return self.weight("ints_" + "_".join(map(str, values)), np.array(values, np.int64))

    def add(self, op: str, *inputs: str, name: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output, which has the name of the node."""
        node = helper.make_node(op, list(inputs), [name], name=name, domain=domain, **attributes)
        self.nodes.append(node)
        return name


class _Builder:
    """Writes a network into a graph: quantised if `whole`, else in float32."""

    def __init__(self, net: JudgeNet, *, whole: bool) -> None:
        self.graph = Graph()
        self._net = net
        self._whole = whole
        self._state = {name: p.detach().float() for name, p in net.state_dict().items()}
        self._factors = factors_by_weight(net) if whole else {}
        self._feeds = {name: site for site, _, _, names in sites(net) for name in names}
        self._rounders: dict[str, Rounded | RowRounded] = {
            site: h[key]  # type: ignore[misc]
            for site, h, key, _ in sites(net)
        }
        self._rounded: set[str] = set()

    def model(self) -> onnx.ModelProto:
        """The complete model with its weights inside the graph."""
        add, numbers = self.graph.add, self.graph.numbers
        hidden = self._embed()
        length = add("Squeeze", add("Shape", "input_ids", name="length1", start=1), name="length")
        bias = self._relative_bias(length)
        mask = add("Cast", "attention_mask", name="mask", to=TensorProto.INT32)
        for number in range(self._net.mpnet.shape.layers):
            hidden = self._layer(number, hidden, bias, mask)
        first = add("Squeeze", hidden, numbers(1), name="first")
        dense = add("Tanh", self._floats("classifier.dense", first), name="tanh")
        add("Identity", self._floats("classifier.out_proj", dense), name="logits")
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
            for name in ("input_ids", "attention_mask")
        ]
        outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])]
        weights = [
            numpy_helper.from_array(array, name) for name, array in self.graph.weights.items()
        ]
        return helper.make_model(
            helper.make_graph(self.graph.nodes, "judge", inputs, outputs, weights),
            opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid(_CONTRIB, 1)],
            ir_version=10,
        )

    def _array(self, name: str) -> Array:
        return self._state[name].numpy()

    def _embed(self) -> str:
        add, weight = self.graph.add, self.graph.weight
        stem = "mpnet.embeddings"
        table = self._array(f"{stem}.word_embeddings.weight")
        if self._whole:
            levels, steps = table_levels(self._state[f"{stem}.word_embeddings.weight"])
            picked = add("Gather", weight("words", levels.numpy()), "input_ids", name="word_levels")
            floats = add("Cast", picked, name="word_floats", to=TensorProto.FLOAT)
            step = weight("words.steps", steps[:, None].numpy())
            scale = add("Gather", step, "input_ids", name="steps")
            words = add("Mul", floats, scale, name="word_states")
        else:
            words = add("Gather", weight("words", table), "input_ids", name="word_states")
        # Rows 0 and 1 of the table are for padding; positions start at row 2.
        places = weight("places", self._array(f"{stem}.position_embeddings.weight")[2:])
        count = add("Shape", "input_ids", name="count", start=1)
        numbers = self.graph.numbers
        here = add("Slice", places, numbers(0), count, numbers(0), name="place_states")
        total = add("Add", words, here, name="embedded")
        gain = weight("embedded.gain", self._array(f"{stem}.LayerNorm.weight"))
        shift = weight("embedded.shift", self._array(f"{stem}.LayerNorm.bias"))
        return add("LayerNormalization", total, gain, shift, name="hidden", axis=-1, epsilon=1e-5)

    def _relative_bias(self, length: str) -> str:
        """Add the bias (1, heads, length, length), indexed by key position minus query position."""
        add, weight, numbers = self.graph.add, self.graph.weight, self.graph.numbers
        shape = self._net.mpnet.shape
        longest = shape.positions - 2
        line = bucket_line(longest, shape.buckets).numpy()
        table = self._array("mpnet.encoder.relative_attention_bias.weight")[line].T
        zero, one = weight("zero", np.array(0)), weight("one", np.array(1))
        places = add("Range", zero, length, one, name="range")
        apart = add("Sub", places, add("Unsqueeze", places, numbers(1), name="rows"), name="apart")
        index = add("Add", apart, weight("middle", np.array(longest - 1)), name="index")
        bias = add("Gather", weight("bias.table", table), index, name="bias.picked", axis=1)
        return add("Unsqueeze", bias, numbers(0), name="bias")

    def _layer(self, number: int, hidden: str, bias: str, mask: str) -> str:
        add, numbers = self.graph.add, self.graph.numbers
        stem = f"mpnet.encoder.layer.{number}"
        asking = hidden
        if number == self._net.mpnet.shape.layers - 1:
            # The classifier reads only the first position, so the last layer computes only that.
            asking = add("Slice", hidden, numbers(0), numbers(1), numbers(1), name=f"{stem}.asking")
            bias = add("Slice", bias, numbers(0), numbers(1), numbers(2), name=f"{stem}.bias")
        query = self._matrix(f"{stem}.attention.attn.q", asking)
        key = self._matrix(f"{stem}.attention.attn.k", hidden)
        value = self._matrix(f"{stem}.attention.attn.v", hidden)
        mixed = add(
            "MultiHeadAttention", query, key, value, "", mask, bias,
            name=f"{stem}.mixed", domain=_CONTRIB, num_heads=self._net.mpnet.shape.heads,
        )  # fmt: skip
        out = self._matrix(f"{stem}.attention.attn.o", mixed)
        hidden = self._norm(f"{stem}.attention.LayerNorm", asking, out)
        inner = self._matrix(f"{stem}.intermediate.dense", hidden)
        inner = add("Gelu", inner, name=f"{stem}.gelu", domain=_CONTRIB)
        return self._norm(
            f"{stem}.output.LayerNorm", hidden, self._matrix(f"{stem}.output.dense", inner)
        )

    def _norm(self, name: str, x: str, y: str) -> str:
        # Two nodes, because the fused operator is slower on a CPU.
        gain = self.graph.weight(f"{name}.gain", self._array(f"{name}.weight"))
        shift = self.graph.weight(f"{name}.shift", self._array(f"{name}.bias"))
        total = self.graph.add("Add", x, y, name=f"{name}.in")
        return self.graph.add(
            "LayerNormalization", total, gain, shift, name=f"{name}.out", axis=-1, epsilon=1e-5
        )

    def _matrix(self, name: str, x: str) -> str:
        """Add x @ matrix + bias, in integers where the site of the input is quantised."""
        if not self._whole:
            return self._floats(name, x)
        add, weight = self.graph.add, self.graph.weight
        levels, steps = weight_levels(
            self._state[f"{name}.weight"], self._factors[f"{name}.weight"]
        )
        matrix = weight(f"{name}.levels", levels.numpy().T)
        scale = weight(f"{name}.steps", steps.numpy())
        bias = weight(f"{name}.bias", self._array(f"{name}.bias"))
        site = self._feeds.get(name)
        if site is None:
            floats = add("DequantizeLinear", matrix, scale, name=f"{name}.floats", axis=1)
            return add(
                "Add", add("MatMul", x, floats, name=f"{name}.product"), bias, name=f"{name}.sum"
            )
        if site not in self._rounded:
            self._rounded.add(site)
            self._round(site, x)
        rows = isinstance(self._rounders[site], RowRounded)
        zeros = weight(f"{name}.zeros", np.zeros(len(steps), np.int8))
        product = add(
            "MatMulIntegerToFloat", f"{site}.whole", matrix, f"{site}.step", scale, f"{site}.zero",
            zeros, *([] if rows else [bias]), name=f"{name}.product", domain=_CONTRIB,
        )  # fmt: skip
        if not rows:
            return product
        sized = add("Mul", product, f"{site}.rows", name=f"{name}.sized")
        return add("Add", sized, bias, name=f"{name}.sum")

    def _round(self, site: str, x: str) -> None:
        """Quantise x once for all matrices of the site.

        Adds the integers SITE.whole, the scale SITE.step and the zero point SITE.zero; for
        RowRounded also the largest absolute value of each row, SITE.rows, as a further factor.
        """
        add, weight = self.graph.add, self.graph.weight
        rounder = self._rounders[site]
        if not bool((rounder.factors == 1).all()):
            even = weight(f"{site}.even", 1 / rounder.factors.numpy())
            x = add("Mul", x, even, name=f"{site}.evened")
        if isinstance(rounder, RowRounded):
            size = add("Abs", x, name=f"{site}.size")
            most = add("ReduceMax", size, self.graph.numbers(-1), name=f"{site}.most")
            # Divided by the row's largest absolute value, x is in [-1, 1]; LEAST_STEP prevents a
            # division by zero.
            least = weight("least", np.array(LEAST_STEP, np.float32))
            x = add("Div", x, add("Add", most, least, name=f"{site}.rows"), name=f"{site}.one")
            scale, zero = np.array(1 / ROW_LEVELS), np.array(ROW_LEVELS + 1)
        else:
            scale, zero = rounder.scale.numpy(), rounder.zero.numpy()
        step = weight(f"{site}.step", scale.astype(np.float32))
        add(
            "QuantizeLinear",
            x,
            step,
            weight(f"{site}.zero", zero.astype(np.uint8)),
            name=f"{site}.whole",
        )

    def _floats(self, name: str, x: str) -> str:
        matrix = self.graph.weight(f"{name}.floats", self._array(f"{name}.weight").T)
        bias = self.graph.weight(f"{name}.bias", self._array(f"{name}.bias"))
        product = self.graph.add("MatMul", x, matrix, name=f"{name}.product")
        return self.graph.add("Add", product, bias, name=f"{name}.sum")


def integer_model(net: JudgeNet) -> onnx.ModelProto:
    """The quantised graph that ships; `net` needs its rounding (training.integers.set_rounding)."""
    return _Builder(net, whole=True).model()


def float_model(net: JudgeNet) -> onnx.ModelProto:
    """The same network as a float32 graph."""
    return _Builder(net, whole=False).model()
