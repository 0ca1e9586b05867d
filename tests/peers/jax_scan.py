"""The training step in JAX, as one compiled scan. Argument: the file of the setup."""
import json
import os
import sys
import time

setup = json.load(open(sys.argv[1]))
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: setup["threads"]])

import jax
import jax.numpy as jnp
from jax import lax

m = setup["workload"]["maps"]
rows, n, classes = setup["rows"], setup["positions"], setup["classes"]
rate_of_dropout, weight, rate = setup["dropout"], setup["saturationWeight"], setup["learningRate"]


def array(name, *shape):
    return jnp.array(setup["parameters"][name], dtype=jnp.float32).reshape(shape)


parameters = {
    "gates": jnp.concatenate([array("reset.filter", 3, m, m), array("gate.filter", 3, m, m)], 2),
    "gates_bias": jnp.concatenate([array("reset.bias", m), array("gate.bias", m)]),
    "candidate": array("candidate.filter", 3, m, m),
    "candidate_bias": array("candidate.bias", m),
    "embedding": array("embedding.weight", classes, m),
    "embedding_bias": array("embedding.bias", m),
    "output": array("output.weight", m, classes),
    "output_bias": array("output.bias", classes),
}
inputs = jnp.array(setup["input"]).reshape(rows, n)
targets = jnp.array(setup["target"]).reshape(rows, n)
third = m // 3


def conv(x, kernel):
    return lax.conv_general_dilated(x, kernel, (1,), "SAME", dimension_numbers=("NWC", "WIO", "NWC"))


def shift(s):
    zero = jnp.zeros((rows, 1, third))
    up, down, stay = s[..., :third], s[..., third : 2 * third], s[..., 2 * third :]
    moved = [jnp.concatenate([zero, up[:, :-1]], 1), jnp.concatenate([down[:, 1:], zero], 1), stay]
    return jnp.concatenate(moved, 2)


def excess(x):
    return jnp.sum(jax.nn.relu(jnp.abs(x) - 0.9))


def loss_of(p, key):
    """The loss; without dropout where `key` is None."""

    def drop(x, key):
        if key is None:
            return x
        return jnp.where(jax.random.uniform(key, x.shape) < rate_of_dropout, 0, x / (1 - rate_of_dropout))

    def cell(carry, key):
        s, cost = carry
        both = conv(s, p["gates"]) + p["gates_bias"]
        r, g = jnp.split(jnp.clip(0.5 * both + 0.5, 0, 1), 2, 2)
        pre = conv(r * s, p["candidate"]) + p["candidate_bias"]
        c = drop(jnp.clip(pre, -1, 1), key)
        return (c + g * (shift(s) - c), cost + excess(both) + excess(pre)), None

    keys = None if key is None else jax.random.split(key, n + 1)
    s = drop(jnp.clip(p["embedding"][inputs] + p["embedding_bias"], -1, 1), None if key is None else keys[n])
    (s, cost), _ = lax.scan(cell, (s, 0.0), None if key is None else keys[:n], length=n)
    logits = jax.nn.log_softmax(s @ p["output"] + p["output_bias"])
    chosen = jnp.take_along_axis(logits, targets[..., None], 2)
    return -chosen.mean() + weight * cost / (n * n * rows)


@jax.jit
def step(p, first, second, key):
    key, own = jax.random.split(key)

    def update(p, g, v, u):
        bound = 1.2 * u + 1e-4
        g = jnp.clip(g, -bound, bound)
        v, u = 0.9 * v + 0.1 * g, jnp.maximum(0.99 * u, jnp.abs(g))
        return p - rate * v / (u + 1e-8), v, u

    gradient = jax.grad(loss_of)(p, own)
    updated = {name: update(p[name], gradient[name], first[name], second[name]) for name in p}
    return *({name: parts[i] for name, parts in updated.items()} for i in range(3)), key


first = {name: jnp.zeros_like(value) for name, value in parameters.items()}
state = (parameters, first, first, jax.random.key(1))
loss = float(jax.jit(lambda p: loss_of(p, None))(parameters))
print(json.dumps({"version": jax.__version__, "loss": loss}), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(line)):
        state = step(*state)
    jax.block_until_ready(state)
    print(1000 * (time.perf_counter() - start), flush=True)
