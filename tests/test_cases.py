"""Every file of `cases` holds, and published formulas that are wrong by one slip are refuted by sizes that show it."""

import math
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import symparams
from symparams.syntax import tree

CASES = Path(__file__).parent / "cases"

Slip = tuple[str, str]


@pytest.mark.parametrize("path", sorted(CASES.glob("*.sym")), ids=lambda path: path.stem)
def test_every_check_passes(path: Path) -> None:
    outcomes = symparams.load(path).check()
    assert outcomes
    assert [(outcome.text, outcome.status) for outcome in outcomes if outcome.status != "proved"] == []


# The published formulas by family and by what each counts; two slips in each: what it says, and what it says then.
FALSE: dict[str, dict[str, tuple[Slip, Slip]]] = {
    "cnn": {
        "Conv2d(c_in, c_out, (k_h, k_w)).params": (("+ 1", "+ 0"), ("k_h*k_w", "k_h^2")),
        "places(i, k, p, s, d)": (("d*(k-1) - 1", "d*(k-1)"), ("d*(k-1)", "d*k - 1")),
        "spread(i, k, s, p, a)": (("(i-1)", "i"), ("2*p", "p")),
        "h*w*Conv2d(c_in, c_out, k, groups=g, bias=False).params": (("/g", ""), ("k^2", "k")),
        "LeNet5(c, K).params": (("25*6+1", "25*6"), ("(84+1)*K", "84*K")),
        "NgLeNet(f1, f2, K).params": (("25*3+1", "25+1"), ("84*121", "84*120 + 1")),
        "AlexNet(K).params": (("4097*K", "4096*K"), ("256*(9*256+1)", "256*9*256")),
        "VGG(n1, n2, n3, n4, n5, c, f, K).params": (("(n1-1)", "n1"), ("n5*(576", "(n5-1)*(576")),
        "VGG(2, 2, 3, 3, 3, 64, 4096, K, bias=False).params": (("5*512^2", "4*512^2"), ("4096*K", "4096*K + K")),
        "VGGValues(r, n1, n2, n3, n4, n5, c).buffers": (("n5/32", "n5/16"), ("1/128", "1/64")),
        "BasicBlock(ci, co).params": (("ci*co + 2*co)", "ci*co)"), ("if ci == co", "if ci <= co")),
        "BasicResNet(n1, n2, n3, n4, w, K).params": (("(n2-1)", "n2"), ("18*w^2+4*w", "18*w^2+2*w")),
        "BottleneckMACs(r, n1, n2, n3, n4, K).total": (("(n2-1)", "n2"), ("2048*K", "2049*K")),
        "CifarResNet(n).params": (("(2*n-1)*32", "2*n*32"), ("650", "640")),
        "DenseNetBC(L, k).params": (
            ("published(L, k)", "published(L - 6, k)"),
            ("published(L, k)", "published(L, k) - 10"),
        ),
        "DenseWidth(k0, k, l).width": (("(l-1)", "l"), ("k0 +", "k +")),
        "Inception(c, a, r3, b3, r5, b5, pp).params": (("9*r3*b3", "9*r3*b5"), ("25*r5", "24*r5")),
        "h^2*Narrow(c, b, co).params": (("*25*b", "*24*b"), ("h^2*b*c", "h^2*b*co")),
        "Asymmetric(c, m).params / Conv2d(c, c, m, bias=False).params": (("m^2", "m^3"), ("2*m", "3*m")),
        "Fire(ci, s, e1, e3).params": (("9*s+1", "9*s"), ("(ci+1)", "ci")),
        "Separable(M, n_out, d_k).params / Conv2d(M, n_out, d_k, bias=False).params": (
            ("1/d_k^2", "1/d_k"),
            ("1/n_out", "2/n_out"),
        ),
        "MobileNet(alpha, K).params": (("64*alpha +", "32*alpha +"), ("1024*alpha*K + K", "1024*alpha*K")),
        "h*w*InvertedResidual(d1, d2, t, k).params": (("d1 + k^2", "d2 + k^2"), ("*t*", "*t^2*")),
        "h*w*ResNeXtUnit(c, m, g).params": (("2*c*m", "c*m"), ("m^2/g", "m^2/g^2")),
        "Accesses(h, w, c1, c2, g).total": (("c1*c2/g", "c1*c2"), ("(c1+c2)", "(c1+c1)")),
        "SEStages(r, N1, C1, N2, C2, N3, C3, N4, C4).params": (("2/r", "1/r"), ("N4*C4^2", "N4*C3^2")),
        "Template(card, d).params": (("9*d^2", "9*card*d^2"), ("256*d + ", "")),
        "AllConvC(K).params": (("192*865", "193*865"), ("3*192*1729", "4*192*1729")),
        "LowRankConv(c, n_out, d, rank).params": (("rank*d*", "rank*d^2*"), ("c+n_out", "c*n_out")),
        "LowRank(m, k, r).params": (("m+k", "m+r"), ("r*(m+k)", "r*m + k")),
        "Highway(d).params": (("2*(d^2+d)", "2*d^2+d"), ("d^2", "d*(d+1)")),
        "cost(a^phi, b^phi, g^phi)": (("a*b^2", "a^2*b^2"), (")^phi", ")*phi")),
        "CBAM(c, r, k).params": (("2*c^2/r", "c^2/r"), ("2*k^2", "2*k^2 + 1")),
        "NonLocal(c).params": (("2*c^2", "2*c^2 + c"), ("2*c^2", "3*c^2/2")),
        "DeformConv(ci, co, k).params": (("+ 2*k^2", "+ k^2"), ("ci*2*k^2", "ci*2*k")),
        "Yolo(s, b, c).buffers": (("b*5+c", "b*(5+c)"), ("b*5", "b*4")),
        "RPN(c, k).params": (("4+2", "4+1"), ("*k", "*k + 6*k")),
        "field(k, L, b)": (("2^L-1", "2^L"), ("(k-1)", "k")),
        "SepConv(ci, co, k, m).params": (("*m +", " +"), ("k^2*ci", "k*ci")),
        "BatchNorm2d(c).trainable": (("2*c", "4*c"), ("2*c", "2*c + 1")),
        "flops(h, w)": (("(w-1)", "w"), ("*3", "*2")),
    },
    "rnn": {
        "RNN(m, h, single_bias=True).params": (("+1", "+2"), ("m+h", "2*m")),
        "LSTM(m, h, single_bias=True).params": (("4*", "3*"), ("+h)", "+2*h)")),
        "LSTM(m, h).params": (("2*h", "h"), ("h^2", "m^2")),
        "Peephole(m, h).params": (("+3*h", "+4*h"), ("+3*h", "+3*h^2")),
        "SakLSTM(n_c, n_i, n_o).params": (("n_c*3", "n_c*4"), ("n_i*n_c*4", "n_o*n_c*4")),
        "GRU(m, h, single_bias=True).params": (("3*", "4*"), ("h^2", "h*m")),
        "MGU(m, h).params": (("2*", "3*"), ("+h)", ")")),
        "LSTM(m, h, L, bidirectional=True).params": (("(L-1)", "L"), ("2*h*h", "h*h")),
        "LanguageModel(V, d, L, tied).params": (("2-tied", "1-tied"), ("2*d^2+d", "2*d^2+2*d")),
        "Alignment(na, nh).params": (("2*na*nh", "na*nh"), ("na +", "nh +")),
        "LuongAttention(d).params": (("3*", "2*"), ("d^2", "d*(d+1)")),
        "CBOW(k, d, V).params": (("log2(V)", "V"), ("d*log2", "k*log2")),
        "NNLM(k, d, h, V).params": (("k*d*h", "d*h"), ("h*V", "h*V + V")),
        "QRNN(k, m, h).params": (("+ h)", ")"), ("k*m*h", "k*h*h")),
    },
    "transformer": {
        "Seq2Seq(V, d, f, N_l).params": (("6*d", "4*d"), ("8*(d^2+d)", "8*d^2")),
        "GPT(V, s, d, L).params": (("13*d", "12*d"), ("+ 2*d", "+ d")),
        "GPT(*).params": (("V*d +", "2*V*d +"), ("12*d^2", "12*d*(d+1)")),
        "Body(n_layer, d_model, d_attn, d_ff).params": (
            ("d_model*n_layer", "d_model*(n_layer-1)"),
            ("2*d_attn", "d_attn"),
        ),
        "Body(n_layer, d_model, d_model, 4*d_model).params": (("12*", "13*"), ("d_model^2", "d_model*(d_model+1)")),
        "compute(N_p, D_t)": (("6*", "2*"), ("D_t", "(D_t+1)")),
        "GPT(n_vocab, n_ctx, d_model, 0).wte.params + GPT(n_vocab, n_ctx, d_model, 0).wpe.params": (
            ("n_vocab+n_ctx", "n_vocab"),
            ("n_vocab+n_ctx", "n_vocab+n_ctx-1"),
        ),
        "GPT(V, s, h, l).params - GPT(V, s, h, l).ln_f.params": (("13/12", "12/13"), ("(V+s)", "V")),
        "Activations(s, b, h, a).buffers": (("34", "33"), ("5*a*s/h", "5*s/h")),
        "Activations(s, b, h, a, t).buffers": (("10 + 24/t", "34/t"), ("/(h*t)", "/h")),
        "iteration(B, L, s, h, v)": (("s/(6*h)", "s/(12*h)"), ("72*", "96*")),
        "ZeRO(Psi, Nd, K, stage).bytes": (
            ("4*Psi + K*Psi/Nd", "2*Psi + (2 + K)*Psi/Nd"),
            ("if stage == 2", "if stage == 3"),
        ),
        "adam(Psi)": (("16*", "12*"), ("16*", "18*")),
        "Cache(l, n_h, d_h).buffers": (("2*", ""), ("n_h*d_h", "n_h*d_h*d_h")),
        "Cache(l, n_g, d_h).buffers": (("2*", "4*"), ("d_h*l", "d_h*(l-1)")),
        "Cache(l, 1, d_h).buffers": (("2*", ""), ("d_h*l", "d_h*l + 1")),
        "b*s*p*Cache(l, n_kv, d_h).buffers": (("2*b", "b"), ("n_kv*d_h", "d_h")),
        "training(N_p, L, H, Q_, T)": (("12*", "6*"), ("6*N_p", "6*N_p*T")),
        "Factorised(V, e, H).params": (("V*e", "V*H"), ("e*H", "e*H + H")),
        "Llama(V, d, f, L, h, kv).params": (("(d/h)*kv", "d"), ("+ d", "+ 2*d")),
        "Bloom(V, d, L).params": (("V*d + 2*d", "V*d"), ("13*d", "4*d")),
        "Pythia(d, L).params": (("+ 2*d", ""), ("L*", "(L+1)*")),
        "SwiGLU(d, w).params / Plain(d, f).params": (("3*w", "2*w"), ("2*f", "3*f")),
        "Linformer(s, k, h).params": (("2*s", "s"), ("*h", "")),
    },
    "moe": {
        "Switch(d, f, n_exp).params": (("d*n_exp", "d"), ("2*d*f", "3*d*f")),
        "SwitchExperts(L, d, f, n_exp).params": (("2*L", "L"), ("2*d*f", "(2*d*f + f)")),
        "Mixtral(V, d, f, L, h, kv, n_exp).params": (("n_exp*3*d*f", "2*3*d*f"), ("d*n_exp", "n_exp")),
        "DeepSeekMoE(V, d, f, fm, L, ns, nr).params": (("(L-1)", "L"), ("ns+nr", "nr")),
        "capacity(T, n_exp, c)": (("T/n_exp*c", "T/(n_exp*c)"), ("*c", "*(c + 1)")),
    },
    "vit": {
        "ViT(d, f, L, p, c, r, K).params": (("+1)*d", ")*d"), ("p^2*c*d + d", "p^2*c*d")),
        "msa(h, w, c)": (("(h*w)^2*c", "h*w*c"), ("4*", "3*")),
        "RelativeBias(M, h).params": (("2*M-1", "2*M+1"), ("2*M-1", "2*M")),
    },
    "peft": {
        "LoRA(d, k, r).trainable": (("d+k", "d*k"), ("r*(d+k)", "r*d + k")),
        "LoRAs(Ll, d, r).trainable": (("2*", ""), ("d*r", "d^2")),
        "PrefixEmbed(d, l_p, l_i).params": (("l_p+l_i", "l_p*l_i"), ("l_p+l_i", "l_p")),
        "Prefix(L, l, d).params": (("2*L", "L"), ("l*d", "(l+1)*d")),
        "Embedding(P, e).params": (("P*e", "P*e + e"), ("P*e", "P^2")),
        "Constants(b1*b2, b1, b2).per_weight": (("b1*b2", "b1"), ("8/b1", "8/b2")),
    },
    "ssm": {
        "Mamba(d, e).params": (("3*", "2*"), ("d^2", "d*(d+1)")),
        "LongConv(H, L).params / Linear(H, H, bias=False).params": (("H^2", "H"), ("L*H", "(L*H + H)")),
    },
    "generative": {
        "DCGAN(nz, g, c).params": (("8+4+2+1", "8+4+2"), ("8*nz*g", "4*nz*g")),
        "CycleGAN(c, g, nb).params": (("g*c + c", "g*c"), ("nb*2", "nb")),
        "Mapping(L, z).params": (("z^2+z", "z^2"), ("L*", "(L-1)*")),
        "AutoEncoder(d, h).params": (("d*h", "2*d*h"), ("+ h + d", "+ h")),
        "RBM(nv, nh).params": (("+ nv", ""), ("nv*nh", "nv*(nh+1)")),
        "LU(c).params": (("c*(c-1)/2 +", "c*(c+1)/2 +"), ("+ c", "")),
        "Squeeze(c, m).channels": (("(m-1)", "m"), ("2^", "4^")),
    },
    "graph": {
        "GCN(f, h, k, b).params": (("h+k", "h*k"), ("b*(h+k)", "(h+k)")),
        "SAGE(f, h).params": (("2*f*h", "f*h"), ("+ h", "+ 2*h")),
        "GIN(f, h).params": (("+ 1", ""), ("h*(h+1)", "h*(f+1)")),
    },
    "compression": {
        "TensorTrain(r, [m1, m2, m3, m4, m5, m6], [n1, n2, n3, n4, n5, n6]).params": (
            ("r^2", "r"),
            ("m1*n1*r", "m1*n1*r^2"),
        ),
        "Conv2d(S_, T, D, bias=False).params / Tucker2(D, S_, T, R3, R4).params": (
            ("D^2*R3*R4", "D*R3*R4"),
            ("T*R4", "T*R3"),
        ),
        "HashEmbedding(B, d, K, k).params": (("K*k", "B*k"), ("B*d", "B*d*k")),
        "Butterfly(m).params": (("2*m", "m"), ("log2(m)", "m")),
        "Monarch(m).params": (("sqrt(m)", "m"), ("2*m", "m")),
    },
    "other": {
        "KAN(ni, no, G, k).params": (("G+k", "G+k-1"), ("G+k", "G*k")),
        "AlphaGoZero(b, f, c, s).params": (("2*b", "b"), ("257", "256")),
        "TwoLayers(D, M, K).params": (("D+1", "D"), ("M+1", "D+1")),
        "Mixture(K, T).buffers": (("T+2", "T+1"), ("T+2", "2*T+1")),
        "Cross(d, Lc).params": (("*2", ""), ("d*Lc", "d*(Lc+1)")),
        "FM(m, k).params": (("1 + m", "m"), ("m*k", "m*k/2")),
        "Segments(m, k).buffers": (("+ k", "+ k - 1"), ("m/k", "m")),
        "Factored(m, k).buffers / Linear(m, k, bias=False).params": (("m+k", "m*k"), ("m*k", "m+k")),
        "Unshared(L, d).params / Universal(L, d).params": (("L", "L^2"), ("L", "(L+1)/2")),
    },
}


class Family(NamedTuple):
    """A file of formulas: its text without the checks, and for each network what is said to be equal to it."""

    bare: str
    claims: dict[str, str]


@cache
def family_of(name: str) -> Family:
    text = (CASES / f"formulas_{name}.sym").read_text("utf-8")
    found, bare = {}, text
    checks = [part for part in symparams.parse(text)._unit.statements if isinstance(part, tree.Check)]
    for check in reversed(checks):
        sides = [text[slice(*operand.span)] for operand in check.claim.operands]
        bare = bare[: check.span.start] + bare[check.span.end :]
        if check.claim.ops == ("==",) and not re.fullmatch(r"[\d_.]+[kMBT]?", sides[1]):
            found[sides[0]] = sides[1]
    return Family(bare, found)


def slips() -> Iterator[tuple[str, str, Slip]]:
    for name, rows in FALSE.items():
        for network, two in rows.items():
            for slip in two:
                yield name, network, slip


def by_python(formula: str, sizes: dict[str, Fraction]) -> Fraction:
    """The formula's value by Python's own arithmetic, numbers being fractions."""
    exact = re.sub(r"(?<![\w.])(\d+)(?![\w.])", r"F(\1)", " ".join(formula.split()).replace("^", "**"))
    tools: dict[str, Callable[..., Fraction]] = {
        "F": Fraction,
        "floor": math.floor,
        "log2": lambda m: Fraction(int(m).bit_length() - 1) if int(m).bit_count() == 1 else Fraction(math.log2(m)),
        "sqrt": lambda m: Fraction(math.sqrt(m)),
        "published": densenet,
    }
    return Fraction(eval(exact, {"__builtins__": {}} | tools | {name: Fraction(s) for name, s in sizes.items()}))


def densenet(depth: Fraction, k: Fraction) -> Fraction:
    """The published count of DenseNet-BC, layer by layer."""
    total, c = 3 * 9 * 2 * k, 2 * k
    for block in range(3):
        for _ in range(int((depth - 4) / 6)):
            total += 2 * c + c * 4 * k + 2 * 4 * k + 4 * k * k * 9
            c += k
        if block < 2:
            total += 2 * c + c * (c // 2)
            c //= 2
    return total + 2 * c + 10 * c + 10


@pytest.mark.parametrize(("name", "network", "slip"), list(slips()), ids=str)
def test_a_slip_is_refuted_by_sizes_that_show_it(name: str, network: str, slip: Slip) -> None:
    family = family_of(name)
    right = family.claims[network]
    assert slip[0] in right
    wrong = right.replace(slip[0], slip[1], 1)
    (outcome,) = symparams.parse(f"{family.bare}\ncheck {network} == {wrong}\n").check()
    assert outcome.status == "refuted", outcome.findings
    sizes = dict(outcome.example)
    assert by_python(right, sizes) == outcome.left != outcome.right == by_python(wrong, sizes)


@pytest.mark.parametrize("name", FALSE)
def test_every_published_formula_has_its_slips(name: str) -> None:
    assert list(FALSE[name]) == list(reversed(family_of(name).claims))
