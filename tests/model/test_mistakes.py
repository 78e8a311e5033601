"""Counts that are off for a known reason, over the families of the zoo and PyTorch's layers, and differences that nothing explains."""

import random
import re

import pytest

from symparams.api import question
from symparams.errors import Source
from symparams.formula.build import node
from symparams.model.explain import Claim, explanations
from symparams.model.files import ZOO, Unit, load_file
from symparams.model.measure import closed
from symparams.model.query import ask

# What is counted, the mistaken count as an expression of the same file (and the measure meant), and the reason.
MISTAKES = {
    ("bert:base", "base.params - 768*768 - 768"): "params - (d^2 + d): without pooler",
    (
        "bert:base_masked",
        "base_masked.params + 768*768+768",
    ): "with pooler = True (whether the first position's output passes one more layer)",
    ("bert:base", "base.params - 2*768"): "params - 2*d: without embeddings.token_type_embeddings.weight",
    ("bert:base", "base.params - 512*768"): "params - 512*d: without embeddings.position_embeddings.weight",
    (
        "bert:base",
        "base.params - 512*768 - 2*768",
    ): "params - 512*d - 2*d: without embeddings.position_embeddings.weight; without embeddings.token_type_embeddings.weight",
    ("bert:base", "base.params - base.embeddings.params"): "params - (V*d + 516*d): without embeddings",
    (
        "bert:base",
        "base.params + 30522*768",
    ): "params + V*d: with embeddings.word_embeddings.weight twice, as if a head of its own were there",
    ("bert:base", "Bert(28996, 768, 12).params"): "with V = 28,996 for 30,522 (vocabulary size)",
    ("bert:base", "Bert(30528, 768, 12).params"): "with V = 30,528 for 30,522 (vocabulary size)",
    ("bert:base", "base.encoder.params"): "params - (V*d + d^2 + 517*d): the count of encoder alone",
    ("bert:base_masked", "base_masked.params + 30522"): "params + V: cls.predictions.decoder.bias counted as if untied",
    ("bert:base_masked", "base_masked.params - 30522"): "params - V: without the biases of Predictions",
    ("bert:base", "Bert(30522,768,12,f=2048).params"): "with f = 2,048 for 3,072 (feed-forward width)",
    ("bert:base", "base.params - 12*3*768"): "params - 3*L*d: without the biases in self",
    (
        "t5:small",
        "small.params + 6*32*8*2 - 2*32*8",
    ): "with each = True (whether each layer has its own table of relative positions)",
    ("t5:small", "small.params - 2*32*8"): "params - 64*h: without every relative_attention_bias",
    ("t5:small", "small.params + 32128*512"): "params + V*d: encoder.embed_tokens.weight counted as if untied",
    (
        "t5:small",
        "small.params + 2*32128*512",
    ): "params + V*d + V*d: encoder.embed_tokens.weight counted as if untied; decoder.embed_tokens.weight counted as if untied",
    ("t5:small", "T5(32000, 512, 2048, 8, 6).params"): "with V = 32,000 for 32,128 (vocabulary size)",
    (
        "t5:v1_1_small",
        "v1_1_small.params - 16*1024*512",
    ): "with gated = False (whether the feed-forward layer has a gate)",
    ("t5:small", "small.decoder.params"): "params - (2*d*f + 256*d*h + 3*d + 32*h + 15733760): without encoder",
    ("llama:llama3_8b", "Llama(128256, 4096, 14336, 32, 32, 32).params"): "with g = 32 for 8 (key and value heads)",
    ("llama:llama2_70b", "Llama(32000, 8192, 28672, 80, 64, 64).params"): "with g = 64 for 8 (key and value heads)",
    (
        "llama:llama_7b",
        "llama_7b.params - 32*4096*11008",
    ): "params - L*d*f: without one of gate_proj, up_proj and down_proj in model.layers[*].mlp",
    (
        "llama:llama3_8b",
        "llama3_8b.params - 128256*4096",
    ): "params - V*d: lm_head.weight counted as if tied to model.embed_tokens.weight",
    ("llama:llama3_2_1b", "llama3_2_1b.params + 128256*2048"): "params + V*d: lm_head.weight counted as if untied",
    (
        "llama:llama3_8b",
        "Llama(128000, 4096, 14336, 32, 32, 8).params",
    ): "with V = 128,000 for 128,256 (vocabulary size)",
    ("llama:llama_7b", "Llama(32000, 4096, 16384, 32, 32).params"): "with f = 16,384 for 11,008 (feed-forward width)",
    (
        "llama:llama_7b",
        "Llama(32000, 4096, 11008, 33, 32).params",
    ): "params + (4*d^2 + 3*d*f + 2*d): with one more of model.layers, 33 for 32",
    (
        "llama:llama_7b",
        "llama_7b.params + 32*(4*4096+2*11008+4096)",
    ): "params + (5*L*d + 2*L*f): as if every layer of the blocks but norms had a bias",
    ("llama:llama_7b", "llama_7b.params + 32*4*4096"): "with bias = True",
    (
        "llama:llama_7b",
        "llama_7b.params - 32000*4096*2",
    ): "params - 2*V*d: without embeddings and head, model.embed_tokens.weight and lm_head.weight",
    ("llama:llama_7b", "llama_7b.params - 65*4096"): "params - (2*L*d + d): without all norms",
    ("llama:llama_7b", "llama_7b.params + 65*4096"): "params + (2*L*d + d): with all norms counted twice",
    ("qwen2:qwen2_7b", "qwen2_7b.params - 28*(3584+2*512)"): "params - (L*d + 2*L*d*g/h): without all biases",
    ("mixtral:mixtral_8x7b", "mixtral_8x7b.params - 32*4096*8"): "params - E*L*d: without model.layers[*].mlp.gate",
    (
        "mixtral:mixtral_8x7b",
        "Mixtral(32000, 4096, 14336, 8, 1, 32, 32, 8).active",
        "active",
    ): "with n = 1 for 2 (experts for a token)",
    (
        "mixtral:mixtral_8x7b",
        "Mixtral(32000, 4096, 14336, 16, 2, 32, 32, 8).params",
    ): "with E = 16 for 8 (number of experts)",
    (
        "resnet:resnet50",
        "resnet50.params - (64*256+256*512+512*1024+1024*2048) - 2*(256+512+1024+2048)",
    ): "params - 2,776,576: without layer*.*.downsample",
    (
        "resnet:resnet50",
        "resnet50.params - (64*256+256*512+512*1024+1024*2048)",
    ): "params - 2,768,896: without every downsample.0",
    ("resnet:resnet50", "resnet50.params + 53120"): "params + 53,120: with the running statistics of norms",
    ("resnet:resnet50", "resnet50.params - 1000"): "params - 1,000: without all biases but those of norms",
    ("resnet:resnet50", "resnet50.params - 2048*1000-1000"): "params - 2,049,000: without fc",
    ("resnet:resnet50", "resnet50.params + 26560"): "params + 26,560: as if every layer had a bias",
    ("resnet:resnet50", "resnet50.params - 53120"): "params - 53,120: without all norms",
    ("resnet:resnet50", "ResNet(Bottleneck, [3,4,6,3], n=10).params"): "with n = 10 for 1,000 (number of classes)",
    ("resnet:resnet50", "ResNet(Bottleneck, [3,4,6,3], n=1001).params"): "with n = 1,001 for 1,000 (number of classes)",
    ("resnet:resnet18", "resnet18.params - (7*7*3*64) + 3*3*3*64"): "params - 7,680: with a kernel of 3 for 7, conv1",
    (
        "resnet:resnet18",
        "resnet18.params - (7*7*3*64) + 7*7*1*64",
    ): "params - 6,272: with 1 channel of the image for 3, conv1",
    (
        "resnet:resnext50_32x4d",
        "ResNet(Bottleneck,[3,4,6,3],groups=1,base_width=128).params",
    ): "params + 43,854,336: as if the convolutions had no groups",
    (
        "vgg:vgg16",
        "vgg16.params - 7*7*512*4096 + 512*4096",
    ): "params - 100,663,296: with 512·1·1 inputs of classifier.0 for 512·7·7, as for another size of the image",
    (
        "vgg:vgg16",
        "vgg16.params - (7*7-8*8)*512*4096",
    ): "params + 31,457,280: with 512·8·8 inputs of classifier.0 for 512·7·7, as for another size of the image",
    ("vgg:vgg16", "vgg16.params - 4224-8192-1000"): "params - 13,416: without all biases",
    ("vgg:vgg16", "vgg16.features.params"): "params - 123,642,856: without classifier",
    ("vgg:vgg16", "VGG([2,2,3,3,3], n=10).params"): "with n = 10 for 1,000 (number of classes)",
    ("vgg:vgg16_bn", "vgg16_bn.params - 2*4224"): "params - 8,448: without all norms",
    ("vgg:vgg16_bn", "vgg16_bn.params - 4224"): "params - 4,224: without the biases of Conv2d",
    ("vit:vit_b_16", "vit_b_16.params - 768"): "params - d: without class_token",
    ("vit:vit_b_16", "vit_b_16.params - 197*768"): "params - (d + 50176*d/p^2): without encoder.pos_embedding",
    (
        "vit:vit_b_16",
        "vit_b_16.params - 768 - 197*768",
    ): "params - d - (d + 50176*d/p^2): without the biases of Conv2d; without encoder.pos_embedding",
    ("vit:vit_b_16", "vit_b_16.params - 768*1000-1000"): "params - (1000*d + 1000): without heads",
    ("vit:vit_b_16", "ViT(768,12,16,I=384,h=12).params"): "with I = 384 for 224 (image size)",
    ("vit:vit_b_16", "ViT(768,12,16,n=21843,h=12).params"): "with n = 21,843 for 1,000 (number of classes)",
    ("vit:vit_b_16", "vit_b_16.params - 12*3*768"): "params - 27,648: without the biases of MultiheadAttention",
    ("vit:vit_b_16", "vit_b_16.params - 12*4*768"): "params - 36,864: without the bias of mlp.0",
    ("mamba:mamba_130m", "mamba_130m.params - 24*1536"): "params - 2*L*d: without the biases of Conv1d",
    (
        "mamba:mamba_130m",
        "mamba_130m.params - 24*48*1536 - 24*1536",
    ): "params - (2*L*d + 2*L*d*ceil(d/16)): without backbone.layers[*].mixer.dt_proj",
    ("mamba:mamba_130m", "mamba_130m.params - 24*16*1536"): "params - 32*L*d: without backbone.layers[*].mixer.A_log",
    ("mamba:mamba_130m", "mamba_130m.params + 50280*768"): "params + V*d: lm_head.weight counted as if untied",
    ("mamba:mamba_130m", "Mamba(50257, 768, 24).params"): "with V = 50,257 for 50,280 (vocabulary size)",
    ("mamba:mamba_130m", "Mamba(50280, 768, 24, n=64).params"): "with n = 64 for 16 (size of the state)",
    (
        "mamba:mamba_130m",
        "mamba_130m.params - 24*1536*4 + 24*1536*1536*4",
    ): "params + 226,344,960: as if the convolutions had no groups",
    ("gpt_neox:pythia_160m", "GPTNeoX(50257,768,12).params"): "with V = 50,257 for 50,304 (vocabulary size)",
    (
        "gpt_neox:pythia_160m",
        "pythia_160m.params - 2*50304*768",
    ): "params - 2*V*d: without embeddings and head, gpt_neox.embed_in.weight and lm_head.weight",
    (
        "gpt_neox:pythia_160m",
        "pythia_160m.params - 50304*768",
    ): "params - V*d: lm_head.weight counted as if tied to gpt_neox.embed_in.weight",
    ("gpt2:small", "GPT2(50304,1024,768,12).params"): "with V = 50,304 for 50,257 (vocabulary size)",
    ("gpt2:small", "GPT2(50257,2048,768,12).params"): "with T = 2,048 for 1,024 (context length)",
    ("gpt2:small", "GPT2(50257,512,768,12).params"): "with T = 512 for 1,024 (context length)",
    (
        "mobilenet_v2:mobilenet_v2",
        "mobilenet_v2.params + 34112",
    ): "params + 34,112: with the running statistics of norms",
    ("mobilenet_v2:mobilenet_v2", "MobileNetV2(n=10).params"): "with n = 10 for 1,000 (number of classes)",
    ("mobilenet_v2:mobilenet_v2", "MobileNetV2(n=1001).params"): "with n = 1,001 for 1,000 (number of classes)",
    ("mobilenet_v2:mobilenet_v2", "mobilenet_v2.params - 1280*1000 - 1000"): "params - 1,281,000: without classifier",
    ("mobilenet_v2:mobilenet_v2", "mobilenet_v2.params + 17056"): "params + 17,056: as if every layer had a bias",
    ("whisper:tiny", "tiny.trainable"): "params - 576,000: the count of what trains",
    ("whisper:tiny", "tiny.params + 51865*384"): "params + 51865*d: proj_out.weight counted as if untied",
    ("whisper:tiny", "tiny.params - 1500*384 - 448*384"): "params - 1948*d: without every embed_positions",
    ("whisper:tiny", "tiny.params", "trainable"): "trainable + 576,000: with what is frozen",
    ("whisper:tiny", "Whisper(384,4,V=51864).params"): "with V = 51,864 for 51,865 (vocabulary size)",
    ("whisper:large_v2", "Whisper(1280,32,m=128).params"): "with m = 128 for 80 (mel bins)",
    ("albert:base", "Albert(768,pooler=False).params"): "params - (d^2 + d): without pooler",
    ("LSTM(8, 16)", "4*(8*16+16*16+16)"): "params - 4*hidden_size: one bias vector for each gate, not two",
    ("LSTM(8, 16)", "4*(8*16+16*16)"): "params - 8*hidden_size: without all biases",
    ("LSTM(8, 16)", "3*(8*16+16*16+32)"): "params - 416: with 3 of the gates for 4, as GRU has",
    ("GRU(8, 16)", "4*(8*16+16*16+32)"): "params + 416: with 4 of the gates for 3, as LSTM has",
    ("GRU(8, 16)", "3*(8*16+16*16+16)"): "params - 3*hidden_size: one bias vector for each gate, not two",
    ("LSTM(8, 16, bidirectional=True)", "LSTM(8,16).params"): "with bidirectional = False",
    ("LSTM(8, 16)", "LSTM(8,16,bidirectional=True).params"): "with bidirectional = True",
    ("Conv2d(64, 128, 3)", "64*128*25+128"): "with kernel_size = 5 for 3",
    ("Conv2d(64, 128, 3)", "64*128*9"): "params - out_channels: without all biases",
    ("Conv2d(64, 128, 3)", "128*9+128"): "with groups = 64 for 1",
    ("Conv2d(64, 128, 3, groups=64)", "64*128*9+128"): "with groups = 1 for 64",
    ("Conv2d(64, 128, 3)", "64*128*3+128"): "params - 49,152: with one side of each kernel, not its square",
    ("Conv2d(64, 128, 3)", "64*128*27+128"): "params + 147,456: with the cube of each kernel's side, not its square",
    ("Conv2d(3, 64, 7)", "1*64*49+64"): "with in_channels = 1 for 3",
    ("Linear(784, 10)", "784*10"): "params - out_features: without all biases",
    ("MultiheadAttention(512, 8)", "4*512*512"): "params - 4*embed_dim: without all biases",
    ("MultiheadAttention(512, 8)", "3*512*512 + 3*512"): "params - (embed_dim^2 + embed_dim): without out_proj",
    ("BatchNorm2d(64)", "256"): "params + 2*num_features: with the running statistics of norms",
    ("BatchNorm2d(64)", "257"): "params + (2*num_features + 1): with all buffers",
    (
        "TransformerEncoderLayer(512, 8, 2048)",
        "TransformerEncoderLayer(512, 8, 2048).params - 4*512",
    ): "params - 4*d_model: without all norms",
    (
        "TransformerEncoderLayer(512, 8, 2048)",
        "12*512*512",
    ): "params - (5*d_model + dim_feedforward) - 4*d_model: without all biases but those of norms; without all norms",
    (
        "TransformerEncoderLayer(512, 8)",
        "TransformerEncoderLayer(512, 8, 1024).params",
    ): "with dim_feedforward = 1,024 for 2,048",
    ("Embedding(50257, 768)", "50304*768"): "with num_embeddings = 50,304 for 50,257",
}


def unit_and_expr(target: str) -> tuple[Unit, str]:
    family, _, expr = target.rpartition(":")
    return (load_file(ZOO / f"{family}.sym") if family else Unit(Source("<test>", ""))), expr


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_a_mistake_is_explained(mistake: tuple[str, ...]) -> None:
    target, wrong, measure = (*mistake, "params")[:3]
    unit, expr = unit_and_expr(target)
    claimed = closed(ask(question(wrong, unit)).form)
    told = explanations(Claim(question(expr, unit)._replace(measure=measure), node(claimed)))
    assert MISTAKES[mistake] in [re.sub(r"^claimed [\d,]+( = |: )", "", reason) for reason in told]


@pytest.mark.parametrize("target", ["gpt2:small", "resnet:resnet18", "t5:small", "LSTM(100, 200)", "vgg:vgg16"])
def test_differences_at_random_have_no_reason(target: str) -> None:
    unit, expr = unit_and_expr(target)
    asked = question(expr, unit)._replace(measure="params")
    count = closed(ask(question(f"{expr}.params", unit)).form)
    draw = random.Random(target)
    for _ in range(10):
        claimed = count + draw.choice((-1, 1)) * draw.randint(1, count // 20)
        assert explanations(Claim(asked, node(claimed))) == ()
