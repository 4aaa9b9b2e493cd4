"""The learner's workloads in PyTorch on one thread, for `node bench/learn.mjs`, which starts this file.

Needs PyTorch; on Debian: apt-get install python3-torch. By hand: python3 bench/peers/learn.py
Prints one JSON object: milliseconds by workload, medians. The shapes come as JSON in the first argument, from bench/learn.mjs.
"""

import json
import statistics
import sys
import time

import torch

torch.set_num_threads(1)
torch.manual_seed(0)


def median_ms(work, runs):
    for _ in range(3):
        work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def mlp(sizes, activation, samples):
    scale = [size**-0.5 for size in sizes]
    theta = []
    for i in range(len(sizes) - 1):
        theta += [torch.randn(sizes[i], sizes[i + 1]) * scale[i], torch.randn(sizes[i + 1]) * 0.1]
    theta.append(torch.randn(sizes[-1]) * 0.1)
    theta = [t.requires_grad_() for t in theta]
    squash = torch.tanh if activation == "tanh" else torch.relu

    def surrogate():
        states, actions, advantages = torch.randn(samples, sizes[0]), torch.randn(samples, sizes[-1]), torch.randn(samples, 1)

        def loss(parameters):
            x = states
            for i in range(len(sizes) - 1):
                x = torch.addmm(parameters[2 * i + 1], x, parameters[2 * i])
                if i + 2 < len(sizes):
                    x = squash(x)
            z = (actions - x) / torch.exp(parameters[-1])
            return -(advantages * (-(0.5 * z**2 + parameters[-1])).sum(1, keepdim=True)).mean()

        return loss

    return theta, surrogate


def policy_gradient(sizes, activation, samples):
    theta, surrogate = mlp(sizes, activation, samples)
    loss = surrogate()
    return lambda: torch.autograd.grad(loss(theta), theta)


def meta_gradient(sizes, activation, samples):
    theta, surrogate = mlp(sizes, activation, samples)
    inner, outer = surrogate(), surrogate()

    def run():
        gradients = torch.autograd.grad(inner(theta), theta, create_graph=True)
        adapted = [t - 0.1 * g for t, g in zip(theta, gradients)]
        return torch.autograd.grad(outer(adapted), theta)

    return run


def gru(T, N, I, H):
    cell = torch.nn.GRU(I, H)
    x, pull = torch.randn(T, N, I), torch.randn(T, N, H)
    weights = list(cell.parameters())
    return lambda: torch.autograd.grad((pull * cell(x)[0]).sum(), weights)


makers = {"policy-gradient": policy_gradient, "meta-gradient": meta_gradient, "gru": gru}

if __name__ == "__main__":
    wanted = json.loads(sys.argv[1]) if len(sys.argv) > 1 else [
        {"name": "meta-gradient", "kind": "meta-gradient", "shape": {"sizes": [6, 64, 64, 2], "activation": "tanh", "samples": 2000}, "runs": 20},
        {"name": "gru-64", "kind": "gru", "shape": {"T": 200, "N": 32, "I": 6, "H": 64}, "runs": 10},
    ]
    print(json.dumps({w["name"]: median_ms(makers[w["kind"]](**w["shape"]), w["runs"]) for w in wanted}))
