"""A generative pair whose sizes are options of a command line, as scripts have them."""

# build: Maker()
# build: Judge()
# build: Judge(width=8)

import argparse

import numpy as np
import torch.nn as nn

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=20, help="passes over the data")
parser.add_argument("--latent-dim", type=int, default=48, help="size of the noise")
parser.add_argument("-s", "--img_size", type=int, default=16)
parser.add_argument("--colours", dest="channels", type=int, default=3)
parser.add_argument("--no_norm", action="store_true")
parser.add_argument("--kinds", type=int, default=4)
opt = parser.parse_args([])

img_shape = (opt.channels, opt.img_size, opt.img_size)
width = int(opt.latent_dim * 2)


class Maker(nn.Module):
    def __init__(self):
        super().__init__()

        def block(n_in, n_out, normalize=True):
            layers = [nn.Linear(n_in, n_out)]
            if normalize and not opt.no_norm:
                layers.append(nn.BatchNorm1d(n_out, 0.8))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            return layers

        self.label = nn.Embedding(opt.kinds, opt.kinds)
        self.model = nn.Sequential(
            *block(opt.latent_dim + opt.kinds, width, normalize=False),
            *block(width, 256),
            nn.Linear(256, int(np.prod(img_shape))),
            nn.Tanh(),
        )


class Judge(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        side = opt.img_size // 2**2
        self.conv = nn.Conv2d(opt.channels, width, 3, 2, 1)
        self.head = nn.Linear(width * side**2, 1)
