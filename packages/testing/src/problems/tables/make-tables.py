"""Trains real models over grids of hyperparameters and writes their scores as JSON next to this script.

The data sets are included in scikit-learn, so nothing is downloaded. Made with scikit-learn 1.9.1:

    OMP_NUM_THREADS=1 python make-tables.py [name …]

A table has its axes in order and the scores in row-major order (the last axis changes fastest), rounded to five digits. The
reader interpolates numeric axes, so a score between grid points is a weighted mean of its neighbours.
"""

import itertools
import json
import pathlib
import sys
import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

folder = pathlib.Path(__file__).parent
warnings.filterwarnings("ignore")


def folds(features, labels, count, classes):
    kind = StratifiedKFold if classes else KFold
    return list(kind(count, shuffle=True, random_state=0).split(features, labels))


def log_axis(name, low, high, count):
    return {"name": name, "log": True, "values": [float(f"{v:.6g}") for v in np.geomspace(low, high, count)]}


def int_axis(name, values, log=False):
    return {"name": name, "log": log, "int": True, "values": values}


def linear_axis(name, values):
    return {"name": name, "log": False, "values": values}


def choice_axis(name, choices):
    return {"name": name, "choices": choices}


def grid(axes):
    return itertools.product(*(axis.get("values", axis.get("choices")) for axis in axes))


def write(name, description, metric, axes, scores):
    scores = [float(f"{score:.5g}") for score in scores]
    assert len(scores) == int(np.prod([len(a.get("values", a.get("choices"))) for a in axes]))
    table = {"description": description, "metric": metric, "axes": axes, "scores": scores}
    (folder / f"{name}.json").write_text(json.dumps(table) + "\n")
    print(name, len(scores), "rows", min(scores), "to", max(scores), flush=True)


def svm_digits():
    features, labels = load_digits(return_X_y=True)
    features, labels = features[::2] / 16, labels[::2]
    axes = [log_axis("c", 1e-2, 1e4, 19), log_axis("gamma", 1e-5, 1e1, 19)]
    splits = folds(features, labels, 3, True)
    scores = []
    for c, gamma in grid(axes):
        wrong = 0
        for train, test in splits:
            model = SVC(C=c, gamma=gamma).fit(features[train], labels[train])
            wrong += np.sum(model.predict(features[test]) != labels[test])
        scores.append(wrong / len(labels))
    write("svm-digits", "RBF SVM, every second digit of load_digits, 3 folds", "error rate", axes, scores)


def svr_diabetes():
    features, target = load_diabetes(return_X_y=True)
    features = StandardScaler().fit_transform(features)
    axes = [log_axis("c", 1e-1, 1e4, 14), log_axis("gamma", 1e-5, 1e1, 14), log_axis("epsilon", 1e-1, 1e2, 7)]
    splits = folds(features, target, 3, False)
    scores = []
    for c, gamma, epsilon in grid(axes):
        squared = 0.0
        for train, test in splits:
            model = SVR(C=c, gamma=gamma, epsilon=epsilon, max_iter=200_000).fit(features[train], target[train])
            squared += np.sum((model.predict(features[test]) - target[test]) ** 2)
        scores.append(np.sqrt(squared / len(target)))
    write("svr-diabetes", "RBF support vector regression, load_diabetes, 3 folds", "RMSE", axes, scores)


def forest(name, description, features, labels, axes, seed):
    """Axes: trees, depth, leaf, features, criterion. A warm start adds trees to the same forest."""
    trees = axes[0]["values"]
    splits = folds(features, labels, 3, True)
    scores = {}
    for depth, leaf, share, criterion in grid(axes[1:]):
        loss = np.zeros(len(trees))
        for train, test in splits:
            model = RandomForestClassifier(
                max_depth=depth, min_samples_leaf=leaf, max_features=share, criterion=criterion, random_state=seed,
                warm_start=True,
            )
            for i, n in enumerate(trees):
                model.set_params(n_estimators=n).fit(features[train], labels[train])
                loss[i] += log_loss(labels[test], model.predict_proba(features[test])) * len(test) / len(labels)
        for i, n in enumerate(trees):
            scores[(n, depth, leaf, share, criterion)] = loss[i]
    write(name, description, "log loss", axes, [scores[point] for point in grid(axes)])


def forest_axes(trees, depths, leaves, shares):
    return [
        int_axis("trees", trees, log=True),
        int_axis("depth", depths),
        int_axis("leaf", leaves, log=True),
        linear_axis("features", shares),
        choice_axis("criterion", ["gini", "entropy"]),
    ]


def forest_cancer():
    features, labels = load_breast_cancer(return_X_y=True)
    axes = forest_axes([5, 10, 20, 40, 80], [2, 4, 6, 9], [1, 2, 4, 8], [0.1, 0.3, 0.6, 1.0])
    forest("forest-cancer", "random forest, load_breast_cancer, 3 folds", features, labels, axes, 1)


def forest_wine():
    features, labels = load_wine(return_X_y=True)
    axes = forest_axes([4, 8, 16, 32, 64], [1, 2, 3, 5, 8], [1, 2, 4, 9], [0.1, 0.25, 0.5, 1.0])
    forest("forest-wine", "random forest, load_wine, 3 folds", features, labels, axes, 2)


def boosting(name, description, features, target, axes, seed):
    """Axes: trees, rate, depth, leaf, subsample, loss. Scores of fewer trees come from the same fit."""
    trees = axes[0]["values"]
    splits = folds(features, target, 3, False)
    scores = {}
    for rate, depth, leaf, subsample, loss in grid(axes[1:]):
        squared = np.zeros(len(trees))
        for train, test in splits:
            model = GradientBoostingRegressor(
                n_estimators=trees[-1], learning_rate=rate, max_depth=depth, min_samples_leaf=leaf,
                subsample=subsample, loss=loss, random_state=seed,
            ).fit(features[train], target[train])
            stages = list(model.staged_predict(features[test]))
            for i, n in enumerate(trees):
                squared[i] += np.sum((stages[n - 1] - target[test]) ** 2)
        for i, n in enumerate(trees):
            scores[(n, rate, depth, leaf, subsample, loss)] = np.sqrt(squared[i] / len(target))
    write(name, description, "RMSE", axes, [scores[point] for point in grid(axes)])


def boosting_diabetes():
    features, target = load_diabetes(return_X_y=True)
    axes = [
        int_axis("trees", [5, 10, 20, 40, 80], log=True),
        log_axis("rate", 0.01, 1.0, 6),
        int_axis("depth", [1, 2, 4]),
        int_axis("leaf", [1, 5, 20], log=True),
        linear_axis("subsample", [0.4, 0.7, 1.0]),
        choice_axis("loss", ["squared_error", "absolute_error"]),
    ]
    boosting("boosting-diabetes", "gradient boosting, load_diabetes, 3 folds", features, target, axes, 3)


def mlp(name, description, features, labels, axes, seed, epochs):
    """Axes: width, layers, activation, rate, alpha, batch."""
    splits = folds(features, labels, 2, True)
    scores = []
    for width, layers, activation, rate, alpha, batch in grid(axes):
        loss = 0.0
        for train, test in splits:
            model = make_pipeline(
                StandardScaler(),
                MLPClassifier(
                    [width] * layers, activation=activation, learning_rate_init=rate, alpha=alpha, batch_size=batch,
                    max_iter=epochs, random_state=seed,
                ),
            ).fit(features[train], labels[train])
            chances = np.clip(np.nan_to_num(model.predict_proba(features[test]), nan=1e-6), 1e-6, 1)
            loss += log_loss(labels[test], chances / chances.sum(1, keepdims=True)) * len(test) / len(labels)
        scores.append(loss)
    write(name, description, "log loss", axes, scores)


def mlp_wine():
    features, labels = load_wine(return_X_y=True)
    axes = [
        int_axis("width", [2, 6, 18, 54], log=True),
        int_axis("layers", [1, 2, 3]),
        choice_axis("activation", ["relu", "tanh", "logistic"]),
        log_axis("rate", 1e-4, 1e-1, 6),
        log_axis("alpha", 1e-5, 1e0, 3),
        int_axis("batch", [8, 32], log=True),
    ]
    mlp("mlp-wine", "multi-layer perceptron, load_wine, 2 folds, 20 epochs", features, labels, axes, 4, 20)


def mlp_cancer():
    features, labels = load_breast_cancer(return_X_y=True)
    axes = [
        int_axis("width", [1, 4, 16], log=True),
        int_axis("layers", [1, 2]),
        choice_axis("activation", ["tanh", "identity", "logistic", "relu"]),
        log_axis("rate", 3e-4, 3e-1, 6),
        log_axis("alpha", 1e-4, 1e1, 4),
        int_axis("batch", [16, 64], log=True),
    ]
    mlp("mlp-cancer", "multi-layer perceptron, load_breast_cancer, 2 folds, 10 epochs", features, labels, axes, 5, 10)


tables = [svm_digits, svr_diabetes, forest_cancer, forest_wine, boosting_diabetes, mlp_wine, mlp_cancer]
for table in tables:
    if len(sys.argv) == 1 or table.__name__.replace("_", "-") in sys.argv[1:]:
        table()
