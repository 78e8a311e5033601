"""How the layers' formulas read: the forms of textbooks and papers, in symbols and with numbers."""

from __future__ import annotations

import pytest

from . import adapter

FORMS = {
    # LeCun et al., 1998, count LeNet-5 this way: kernel, channels, one bias, times kernels.
    "Conv2d(1, 6, 5)": "(5*5*1 + 1)*6",
    "Conv2d(C_in, C_out, k)": "(k^2*C_in + 1)*C_out",
    "Conv2d(C_in, C_out, (k_h, k_w))": "(k_h*k_w*C_in + 1)*C_out",
    "Conv2d(C_in, C_out, k, bias=False)": "k^2*C_in*C_out",
    "Conv2d(C_in, C_out, k, groups=g)": "(k^2*C_in/g + 1)*C_out",
    "Conv2d(C_in, 64, 3)": "(3*3*C_in + 1)*64",
    "Conv2d(C, C, 3, groups=C)": "(3*3 + 1)*C",
    "Conv2d(C, m*C, 3, groups=C)": "(3*3 + 1)*m*C",
    "Conv1d(C_in, C_out, k)": "(k*C_in + 1)*C_out",
    "Conv3d(C_in, C_out, k)": "(k^3*C_in + 1)*C_out",
    "ConvTranspose2d(C_in, C_out, k)": "(k^2*C_in + 1)*C_out",
    "Linear(n, m)": "n*m + m",
    "Linear(16*5*5, 120)": "400*120 + 120",
    "Linear(n, m, bias=False)": "n*m",
    "Bilinear(a, b, c)": "a*b*c + c",
    "Embedding(V, d)": "V*d",
    "EmbeddingBag(V, d)": "V*d",
    "BatchNorm2d(C)": "2*C",
    "BatchNorm2d(C, bias=False)": "C",
    "InstanceNorm2d(C)": "0",
    "InstanceNorm2d(C, affine=True)": "2*C",
    "GroupNorm(32, 256)": "2*256",
    "LayerNorm(d)": "2*d",
    "LayerNorm(d, bias=False)": "d",
    "LayerNorm([h, w])": "2*h*w",
    "RMSNorm(d)": "d",
    "PReLU()": "1",
    "PReLU(C)": "C",
    # Hochreiter and Schmidhuber, 1997, with PyTorch's second bias; each gate is a simple recurrent layer.
    "RNN(n, h)": "(n + h)*h + 2*h",
    "LSTM(n, h)": "4*((n + h)*h + 2*h)",
    "LSTM(n, h, bias=False)": "4*(n + h)*h",
    "LSTM(n, h, single_bias=True)": "4*((n + h)*h + h)",
    "LSTM(n, h, proj_size=p)": "4*((n + p)*h + 2*h) + p*h",
    "LSTM(n, h, bidirectional=True)": "2*4*((n + h)*h + 2*h)",
    "LSTM(n, h, L)": "4*((n + h)*h + 2*h) + (L - 1)*4*((h + h)*h + 2*h)",
    "LSTM(n, h, 3, bidirectional=True)": "2*(4*((n + h)*h + 2*h) + 2*4*((2*h + h)*h + 2*h))",
    "GRU(n, h)": "3*((n + h)*h + 2*h)",
    "LSTMCell(n, h)": "4*((n + h)*h + 2*h)",
    "GRUCell(n, h)": "3*((n + h)*h + 2*h)",
    "RNNCell(n, h)": "(n + h)*h + 2*h",
    # Vaswani et al., 2017: four projections.
    "MultiheadAttention(d, h)": "4*(d^2 + d)",
    "MultiheadAttention(d, h, bias=False)": "4*d^2",
    "MultiheadAttention(d, h, kdim=k, vdim=v)": "2*(d^2 + d) + (k + 1)*d + (v + 1)*d",
    "MultiheadAttention(d, h, add_bias_kv=True)": "4*(d^2 + d) + 2*d",
    "MultiheadAttention(d, h, bias=False, key_dim=d_k, value_dim=d_v)": "d*h*d_k + d*h*d_k + d*h*d_v + h*d_v*d",
    "TransformerEncoderLayer(d, h, f)": "4*(d^2 + d) + (d*f + f) + (f*d + d) + 2*d + 2*d",
    "TransformerEncoder(TransformerEncoderLayer(d, h, f, bias=False), L)": "L*(4*d^2 + d*f + f*d + d + d)",
    "AdaptiveLogSoftmaxWithLoss(64, 1000, [100, 500])": "64*102 + (64*16 + 16*400) + (64*4 + 4*500)",
    "LinearCrossEntropyLoss(n, K)": "n*K",
    "Sequential(Linear(n, m), ReLU(), Linear(m, 10))": "(n*m + m) + (m*10 + 10)",
}


@pytest.mark.parametrize("call", FORMS)
def test_form_is_that_of_textbooks(call: str) -> None:
    assert adapter.form(call) == FORMS[call]


CLOSED = {
    # The paper's 12·d² a layer and what it leaves out.
    "TransformerEncoderLayer(d, h, 4*d)": "12*d**2 + 13*d",
    "TransformerDecoderLayer(d, h, 4*d)": "16*d**2 + 19*d",
    "MultiheadAttention(d, h, kdim=d, vdim=d)": "4*d**2 + 4*d",
    "MultiheadAttention(d, h, kdim=k)": "3*d**2 + d*k + 4*d",
    "LSTM(n, h, L, bidirectional=True)": "2*(4*((n + h)*h + 2*h) + (L - 1)*(4*(3*h*h + 2*h)))",
    "Transformer(d, h, L, M, f)": "L*(4*d**2 + 2*d*f + f + 9*d) + M*(8*d**2 + 2*d*f + f + 15*d) + 4*d",
    # Keras counts the running statistics as non-trainable parameters: BatchNormalization has 4·C.
    "BatchNorm2d(C, stats_as_params=True)": "4*C",
    "MultiheadAttention(d, h, key_dim=k, add_bias_kv=True)": "(d + 1)*3*h*k + (h*k + 1)*d + 2*h*k",
    "MultiheadAttention(h*k, h, key_dim=k)": "4*(h*k)**2 + 4*h*k",
}


@pytest.mark.parametrize("call", CLOSED)
def test_formula_is_proved_equal_to_the_closed_one(call: str) -> None:
    assert adapter.is_proved(f"{call}.params == {CLOSED[call]}", "C, L, M, d, f, h, k, n")


def test_pretrained_embeddings_are_frozen() -> None:
    assert adapter.tensors("Embedding.from_pretrained([10, 3])") == [("weight", (10, 3), "frozen")]
    assert adapter.tensors("EmbeddingBag.from_pretrained([10, 3])") == [("weight", (10, 3), "frozen")]
    assert adapter.tensors("EmbeddingBag.from_pretrained([10, 3], freeze=False)") == [("weight", (10, 3), "param")]


REFUSALS = {
    "Conv2d(33, 33, 3, groups=2)": "Conv2d: groups must divide in_channels",
    "Conv2d(4, 6, 3, groups=4)": "Conv2d: groups must divide out_channels",
    "Conv2d(4, 6, 3, groups=0)": "Conv2d: groups must be a positive number",
    "Conv2d(4, 6, 3, padding='same', stride=(1, 2))": "Conv2d: padding='same' needs stride=1",
    "GroupNorm(4, 6)": "GroupNorm: num_groups must divide num_channels",
    "MultiheadAttention(10, 3)": "MultiheadAttention: num_heads must divide embed_dim",
    "LSTM(4, 8, proj_size=8)": "LSTM: proj_size must be smaller than hidden_size",
    "GRU(4, 8, proj_size=2)": "GRU has no argument called proj_size",
    "Dropout(1.5)": "Dropout: dropout probability has to be between 0 and 1",
    "LazyConv2d(8, 3)": "write Conv2d(in_channels, out_channels, kernel_size)",
    "LazyLinear(8)": "write Linear(in_features, out_features)",
    "AdaptiveLogSoftmaxWithLoss(8, 20, [5, 5])": "cutoffs must be different numbers in increasing order",
}


@pytest.mark.parametrize("call", REFUSALS)
def test_refusal_says_what_is_wrong(call: str) -> None:
    assert REFUSALS[call] in (adapter.refusal(call) or "")
