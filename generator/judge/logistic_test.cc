// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/logistic.h"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "base/fingerprint.h"
#include "base/rng.h"
#include "gtest/gtest.h"

namespace quipu::generator {
namespace {

// The same minimum by plain gradient descent, many small steps.
LogisticModel PlainFit(const std::vector<LabelledRow>& rows, double penalty) {
  const size_t width = rows[0].figures.size();
  const double n = static_cast<double>(rows.size());
  std::vector<double> mean(width, 0);
  std::vector<double> deviation(width, 0);
  double right = 0;
  for (const LabelledRow& row : rows) {
    right += row.right ? 1 : 0;
    for (size_t i = 0; i < width; ++i) mean[i] += row.figures[i] / n;
  }
  for (const LabelledRow& row : rows) {
    for (size_t i = 0; i < width; ++i) deviation[i] += std::pow(row.figures[i] - mean[i], 2) / n;
  }
  for (double& d : deviation) d = std::sqrt(d);
  LogisticModel model;
  model.weights.assign(width, 0);
  for (int step = 0; step < 20000; ++step) {
    double slope = 0;
    std::vector<double> slopes(width);
    for (size_t i = 0; i < width; ++i) slopes[i] = penalty / n * model.weights[i];
    for (const LabelledRow& row : rows) {
      double x = model.bias;
      for (size_t i = 0; i < width; ++i) {
        x += model.weights[i] * (row.figures[i] - mean[i]) / deviation[i];
      }
      const double share = row.right ? 0.5 / right : 0.5 / (n - right);
      const double off = share * (1 / (1 + std::exp(-x)) - (row.right ? 1 : 0));
      slope += off;
      for (size_t i = 0; i < width; ++i) {
        slopes[i] += off * (row.figures[i] - mean[i]) / deviation[i];
      }
    }
    model.bias -= slope;
    for (size_t i = 0; i < width; ++i) model.weights[i] -= slopes[i];
  }
  for (size_t i = 0; i < width; ++i) {
    model.weights[i] /= deviation[i];
    model.bias -= model.weights[i] * mean[i];
  }
  return model;
}

// Right rows have a greater first figure, the second is noise.
std::vector<LabelledRow> RandomRows(int count, double distance) {
  Rng rng(FingerprintOf("rows"), "test");
  std::vector<LabelledRow> rows;
  for (int i = 0; i < count; ++i) {
    const bool right = rng.Below(3) == 0;
    rows.push_back({{(right ? distance : 0) + rng.Uniform(), 100 + 7 * rng.Uniform()}, right});
  }
  return rows;
}

TEST(FitLogistic, FindsTheMinimumThatPlainDescentFinds) {
  const std::vector<LabelledRow> rows = RandomRows(200, 0.4);

  const LogisticModel fast = FitLogistic(rows, 2.0);
  const LogisticModel plain = PlainFit(rows, 2.0);

  EXPECT_NEAR(fast.bias, plain.bias, 1e-6);
  ASSERT_EQ(fast.weights.size(), 2u);
  EXPECT_NEAR(fast.weights[0], plain.weights[0], 1e-6);
  EXPECT_NEAR(fast.weights[1], plain.weights[1], 1e-6);
  EXPECT_GT(fast.weights[0], 1);
}

TEST(FitLogistic, IsFiniteOnSeparableRows) {
  const std::vector<LabelledRow> rows = RandomRows(100, 5);

  const LogisticModel model = FitLogistic(rows, 1.0);

  EXPECT_TRUE(std::isfinite(model.bias));
  for (const double weight : model.weights) EXPECT_TRUE(std::isfinite(weight));
  for (const LabelledRow& row : rows) {
    const double p = ProbabilityOf(model, row.figures);
    EXPECT_EQ(p > 0.5, row.right);
    EXPECT_GT(p, 0);
    EXPECT_LT(p, 1);
  }
}

TEST(FitLogistic, GivesAConstantFigureNoWeight) {
  std::vector<LabelledRow> rows = RandomRows(50, 1);
  for (LabelledRow& row : rows) row.figures[1] = 0.1;

  const LogisticModel model = FitLogistic(rows, 1.0);

  EXPECT_EQ(model.weights[1], 0);
  EXPECT_GT(model.weights[0], 0);
}

TEST(FitLogistic, OfOneKindOrNothingSaysNothing) {
  EXPECT_TRUE(FitLogistic({}, 1.0).weights.empty());
  const LogisticModel model = FitLogistic({{{1.0}, true}, {{2.0}, true}}, 1.0);
  EXPECT_EQ(model.bias, 0);
  EXPECT_EQ(model.weights, std::vector<double>{0});
  EXPECT_EQ(ProbabilityOf(model, {7.0}), 0.5);
}

TEST(FitLogistic, CountsTheKindsAsEquallyMany) {
  // The figures say nothing, and nine of ten rows are wrong: still even chances.
  std::vector<LabelledRow> rows;
  for (int i = 0; i < 100; ++i) rows.push_back({{static_cast<double>(i / 10 % 2)}, i % 10 == 0});

  const LogisticModel model = FitLogistic(rows, 1.0);

  EXPECT_NEAR(ProbabilityOf(model, {0.0}), 0.5, 1e-9);
  EXPECT_NEAR(ProbabilityOf(model, {1.0}), 0.5, 1e-9);
}

TEST(FitLogistic, GivesTheSameBitsAgain) {
  const std::vector<LabelledRow> rows = RandomRows(300, 0.2);
  const LogisticModel a = FitLogistic(rows, 1.0);
  const LogisticModel b = FitLogistic(rows, 1.0);

  EXPECT_EQ(a.bias, b.bias);
  EXPECT_EQ(a.weights, b.weights);
}

TEST(ProbabilityOf, IsBetweenNoneAndAllForLargeFigures) {
  const LogisticModel model = {0, {1}};

  EXPECT_EQ(ProbabilityOf(model, {1000.0}), 1);
  EXPECT_EQ(ProbabilityOf(model, {-1000.0}), 0);
}

}  // namespace
}  // namespace quipu::generator
