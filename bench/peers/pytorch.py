"""The learner's workloads in PyTorch on one thread, for bench/peers/pytorch.mjs, which starts this file.

Needs PyTorch; on Debian: apt-get install python3-torch. The first argument is the workload as JSON: {kind, shape}. Prints one JSON line with the
version and the numbers that come of it, then one line {count, cpu, wall} for each line of stdin, which says for how many seconds to work.
"""

import json
import sys
import time

import numpy
import torch

torch.set_num_threads(1)


def filled(shape, scale):
    """The sequence of `filled` in numbers.mjs."""
    word = size = int(numpy.prod(shape))
    numbers = numpy.empty(size)
    for i in range(size):
        word = (word * 1664525 + 1013904223) & 0xFFFFFFFF
        numbers[i] = word
    return torch.tensor((scale * (numbers / 2**31 - 1)).astype(numpy.float32).reshape(shape))


def policy(sizes):
    theta = []
    for rows, columns in zip(sizes, sizes[1:]):
        theta += [filled([rows, columns], rows**-0.5), filled([columns], 0.1)]
    return [tensor.requires_grad_() for tensor in [*theta, filled([sizes[-1]], 0.1)]]


def surrogate(sizes, activation, samples):
    """-mean(A log pi(a|s)) of a Gaussian MLP policy."""
    states, actions, advantages = filled([samples, sizes[0]], 1), filled([samples, sizes[-1]], 1), filled([samples], 1)
    squash = torch.tanh if activation == "tanh" else torch.relu

    def loss(parameters):
        x = states
        for i in range(len(sizes) - 1):
            x = torch.addmm(parameters[2 * i + 1], x, parameters[2 * i])
            if i + 2 < len(sizes):
                x = squash(x)
        z = (actions - x) / torch.exp(parameters[-1])
        return -(advantages * (-(0.5 * z**2 + parameters[-1])).sum(1)).mean()

    return loss


def product(M, N, K, transposeA, transposeB):
    a, b = filled([K, M] if transposeA else [M, K], 1), filled([N, K] if transposeB else [K, N], 1)
    return lambda: [(a.T if transposeA else a) @ (b.T if transposeB else b)]


def policy_gradient(sizes, activation, samples):
    theta, loss = policy(sizes), surrogate(sizes, activation, samples)
    return lambda: torch.autograd.grad(loss(theta), theta)


def meta_gradient(sizes, activation, samples):
    theta, loss = policy(sizes), surrogate(sizes, activation, samples)

    def run():
        gradients = torch.autograd.grad(loss(theta), theta, create_graph=True)
        return torch.autograd.grad(loss([t - 0.1 * g for t, g in zip(theta, gradients)]), theta)

    return run


def gru(T, N, I, H):
    cell = torch.nn.GRU(I, H)
    scale = H**-0.5
    with torch.no_grad():
        cell.weight_ih_l0.copy_(filled([I, 3 * H], scale).T)
        cell.weight_hh_l0.copy_(filled([H, 3 * H], scale).T)
        cell.bias_ih_l0.copy_(filled([3 * H], scale))
        cell.bias_hh_l0.zero_()
        cell.bias_hh_l0[2 * H :] = filled([H], scale)
    x, pull = filled([T, N, I], 1), filled([T, N, H], 1)
    weights = list(cell.parameters())

    def run():
        wx, wh, b, c = torch.autograd.grad((pull * cell(x)[0]).sum(), weights)
        return [wx.T, wh.T, b, c[2 * H :]]

    return run


makers = {"product": product, "policy-gradient": policy_gradient, "meta-gradient": meta_gradient, "gru": gru}

if __name__ == "__main__":
    wanted = json.loads(sys.argv[1])
    run = makers[wanted["kind"]](**wanted["shape"])
    numbers = [tensor.detach().flatten().tolist() for tensor in run()]
    print(json.dumps({"version": torch.__version__, "numbers": numbers}), flush=True)
    for line in sys.stdin:
        seconds, count = float(line), 0
        cpu, wall = time.process_time(), time.perf_counter()
        while time.process_time() - cpu < seconds:
            run()
            count += 1
        print(json.dumps({"count": count, "cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}), flush=True)
