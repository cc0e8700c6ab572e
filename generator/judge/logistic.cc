// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "generator/judge/logistic.h"

#include <cmath>
#include <cstddef>
#include <utility>

#include "base/exact_math.h"
#include "base/log.h"

namespace quipu::generator {
namespace {

using Matrix = std::vector<std::vector<double>>;

// Newton's method ends long before; a bound in case it oscillates in the last bit.
constexpr int kMaxSteps = 100;
constexpr double kSmallStep = 1e-10;

double Sigmoid(double x) { return 1 / (1 + ExactExp(-x)); }

// log(1 + exp(x)) without overflow.
double SoftPlus(double x) {
  return x > 0 ? x + ExactLog(1 + ExactExp(-x)) : ExactLog(1 + ExactExp(x));
}

// Figures with mean 0 and deviation 1, in front of each row a 1 for the bias.
struct Scaled {
  Matrix rows;
  std::vector<double> means;
  std::vector<double> deviations;  // 0: the figure is constant.
};

Scaled Scale(absl::Span<const LabelledRow> rows) {
  const size_t width = rows[0].figures.size();
  const double count = static_cast<double>(rows.size());
  Scaled scaled;
  scaled.means.assign(width, 0);
  scaled.deviations.assign(width, 0);
  for (const LabelledRow& row : rows) {
    QUIPU_CHECK(row.figures.size() == width) << "rows of different lengths";
    for (size_t i = 0; i < width; ++i) scaled.means[i] += row.figures[i] / count;
  }
  for (const LabelledRow& row : rows) {
    for (size_t i = 0; i < width; ++i) {
      const double off = row.figures[i] - scaled.means[i];
      scaled.deviations[i] += off * off / count;
    }
  }
  for (size_t i = 0; i < width; ++i) {
    scaled.deviations[i] = std::sqrt(scaled.deviations[i]);
    // Rounding leaves a trace of a deviation in a constant figure.
    if (scaled.deviations[i] <= 1e-12 * (1 + std::fabs(scaled.means[i]))) scaled.deviations[i] = 0;
  }
  for (const LabelledRow& row : rows) {
    std::vector<double> line = {1};
    for (size_t i = 0; i < width; ++i) {
      line.push_back(scaled.deviations[i] == 0
                         ? 0
                         : (row.figures[i] - scaled.means[i]) / scaled.deviations[i]);
    }
    scaled.rows.push_back(std::move(line));
  }
  return scaled;
}

double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum = std::fma(a[i], b[i], sum);
  return sum;
}

// Solves a * x = b for a symmetric positive definite `a`, by Cholesky.
std::vector<double> Solve(Matrix a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t j = 0; j < n; ++j) {
    for (size_t k = 0; k < j; ++k) a[j][j] -= a[j][k] * a[j][k];
    a[j][j] = std::sqrt(a[j][j]);
    for (size_t i = j + 1; i < n; ++i) {
      for (size_t k = 0; k < j; ++k) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
  }
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

// The penalised loss of scaled rows. All weights are of scaled figures, the bias first.
class Loss {
 public:
  Loss(absl::Span<const LabelledRow> rows, Matrix scaled, double penalty)
      : labels_(rows),
        rows_(std::move(scaled)),
        penalty_(penalty / static_cast<double>(rows.size())) {
    double right = 0;
    for (const LabelledRow& row : rows) right += row.right ? 1 : 0;
    const double wrong = static_cast<double>(rows.size()) - right;
    right_share_ = 0.5 / right;
    wrong_share_ = 0.5 / wrong;
  }

  double At(const std::vector<double>& weights) const {
    double loss = 0;
    for (size_t i = 1; i < weights.size(); ++i) loss += 0.5 * penalty_ * weights[i] * weights[i];
    for (size_t r = 0; r < rows_.size(); ++r) {
      const double x = Dot(weights, rows_[r]);
      loss += ShareOf(r) * SoftPlus(labels_[r].right ? -x : x);
    }
    return loss;
  }

  // Newton's step: the inverse of the second derivatives times the first ones.
  std::vector<double> StepAt(const std::vector<double>& weights) const {
    const size_t n = weights.size();
    std::vector<double> slope(n, 0);
    Matrix curve(n, std::vector<double>(n, 0));
    // The bias has no penalty; a trace of one keeps the matrix positive definite where all
    // probabilities are 0 or 1.
    curve[0][0] = 1e-12;
    for (size_t i = 1; i < n; ++i) {
      slope[i] = penalty_ * weights[i];
      curve[i][i] = penalty_;
    }
    for (size_t r = 0; r < rows_.size(); ++r) {
      const double p = Sigmoid(Dot(weights, rows_[r]));
      const double off = ShareOf(r) * (p - (labels_[r].right ? 1 : 0));
      const double bend = ShareOf(r) * p * (1 - p);
      for (size_t i = 0; i < n; ++i) {
        slope[i] += off * rows_[r][i];
        for (size_t j = 0; j < n; ++j) curve[i][j] += bend * rows_[r][i] * rows_[r][j];
      }
    }
    return Solve(std::move(curve), std::move(slope));
  }

 private:
  double ShareOf(size_t r) const { return labels_[r].right ? right_share_ : wrong_share_; }

  const absl::Span<const LabelledRow> labels_;
  const Matrix rows_;
  const double penalty_;
  double right_share_ = 0;
  double wrong_share_ = 0;
};

// Newton's method; a step that overshoots is halved.
std::vector<double> Minimise(const Loss& loss, size_t width) {
  std::vector<double> weights(width, 0);
  double at = loss.At(weights);
  for (int i = 0; i < kMaxSteps; ++i) {
    const std::vector<double> step = loss.StepAt(weights);
    double length = 0;
    for (const double s : step) length += std::fabs(s);
    if (!(length > kSmallStep)) break;
    bool better = false;
    for (double share = 1; share > 1e-6 && !better; share /= 2) {
      std::vector<double> next = weights;
      for (size_t k = 0; k < width; ++k) next[k] -= share * step[k];
      const double there = loss.At(next);
      if (!(there < at)) continue;
      better = true;
      at = there;
      weights = std::move(next);
    }
    if (!better) break;
  }
  return weights;
}

}  // namespace

LogisticModel FitLogistic(absl::Span<const LabelledRow> rows, double penalty) {
  QUIPU_CHECK(penalty > 0) << "a fit without a penalty may have no minimum";
  LogisticModel model;
  if (rows.empty()) return model;
  model.weights.assign(rows[0].figures.size(), 0);
  size_t right = 0;
  for (const LabelledRow& row : rows) right += row.right ? 1 : 0;
  if (right == 0 || right == rows.size()) return model;
  Scaled scaled = Scale(rows);
  const Loss loss(rows, std::move(scaled.rows), penalty);
  const std::vector<double> weights = Minimise(loss, model.weights.size() + 1);
  model.bias = weights[0];
  for (size_t i = 0; i < model.weights.size(); ++i) {
    if (scaled.deviations[i] == 0) continue;
    model.weights[i] = weights[i + 1] / scaled.deviations[i];
    model.bias -= model.weights[i] * scaled.means[i];
  }
  return model;
}

double ProbabilityOf(const LogisticModel& model, absl::Span<const double> figures) {
  QUIPU_CHECK(figures.size() == model.weights.size()) << "figures of another model";
  double sum = model.bias;
  for (size_t i = 0; i < figures.size(); ++i) sum = std::fma(model.weights[i], figures[i], sum);
  return Sigmoid(sum);
}

}  // namespace quipu::generator
