"""The training step in PyTorch. Arguments: the file of the setup, and `eager` or `compiled`."""
import json
import sys
import time

import torch
import torch.nn.functional as F

setup = json.load(open(sys.argv[1]))
torch.set_num_threads(setup["threads"])
torch.manual_seed(1)
m = setup["workload"]["maps"]
rows, n, classes = setup["rows"], setup["positions"], setup["classes"]
keep, weight, rate = 1 - setup["dropout"], setup["saturationWeight"], setup["learningRate"]


def tensor(name, *shape):
    return torch.tensor(setup["parameters"][name], dtype=torch.float32).reshape(shape)


def kernel(name):  # [3, in, out] to [out, in, 3]
    return tensor(f"{name}.filter", 3, m, m).permute(2, 1, 0)


gates = torch.cat([kernel("reset"), kernel("gate")])
gates_bias = torch.cat([tensor("reset.bias", m), tensor("gate.bias", m)])
parameters = [
    gates.contiguous(), gates_bias, kernel("candidate").contiguous(), tensor("candidate.bias", m),
    tensor("embedding.weight", classes, m), tensor("embedding.bias", m),
    tensor("output.weight", m, classes), tensor("output.bias", classes),
]
for parameter in parameters:
    parameter.requires_grad_()
first = [torch.zeros_like(p) for p in parameters]
second = [torch.zeros_like(p) for p in parameters]
inputs = torch.tensor(setup["input"]).reshape(rows, n)
targets = torch.tensor(setup["target"]).reshape(rows, n)
third = m // 3


def shift(s):
    up, down, stay = s[:, :third], s[:, third:2 * third], s[:, 2 * third:]
    return torch.cat([F.pad(up[:, :, :-1], (1, 0)), F.pad(down[:, :, 1:], (0, 1)), stay], 1)


def drop(x, training):
    return F.dropout(x, 1 - keep, training)


def cell(s, training, gates, gates_bias, candidate, candidate_bias):
    both = F.conv1d(s, gates, gates_bias, padding=1)
    r, g = (0.5 * both + 0.5).clamp(0, 1).split(m, 1)
    pre = F.conv1d(r * s, candidate, candidate_bias, padding=1)
    c = drop(pre.clamp(-1, 1), training)
    excess = (both.abs() - 0.9).relu().sum() + (pre.abs() - 0.9).relu().sum()
    return c + g * (shift(s) - c), excess


def loss_of(training):
    embedding, embedding_bias, output, output_bias = parameters[4:]
    s = drop((embedding[inputs] + embedding_bias).clamp(-1, 1), training).transpose(1, 2).contiguous()
    cost = 0.0
    for _ in range(n):
        s, excess = cell(s, training, *parameters[:4])
        cost = cost + excess
    logits = s.transpose(1, 2) @ output + output_bias
    cross_entropy = F.cross_entropy(logits.reshape(-1, classes), targets.reshape(-1))
    return cross_entropy + weight * cost / (n * n * rows)


if sys.argv[2] == "compiled":
    cell = torch.compile(cell)


@torch.no_grad()
def update(gradients):
    for p, g, v, u in zip(parameters, gradients, first, second):
        bound = 1.2 * u + 1e-4
        g = torch.maximum(torch.minimum(g, bound), -bound)
        v.mul_(0.9).add_(g, alpha=0.1)
        torch.maximum(u.mul_(0.99), g.abs(), out=u)
        p.sub_(rate * v / (u + 1e-8))


def step():
    update(torch.autograd.grad(loss_of(True), parameters))


with torch.no_grad():
    print(json.dumps({"version": torch.__version__, "loss": loss_of(False).item()}), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(line)):
        step()
    print(1000 * (time.perf_counter() - start), flush=True)
