#include "flash/predict/accuracy_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "curve.hpp"
#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/predict/rank_correlation.hpp"
#include "flash/predict/student_t.hpp"

namespace flash {
namespace {

constexpr std::size_t parameters = 3;

// exp(b/g + c), kept finite so that theta stays above 0.
double falling_part(const AccuracyModel& model, double g) {
  return std::exp(std::min(model.b / g + model.c, 700.0));
}

[[noreturn]] void refuse(const std::string& reason) {
  throw Error(ExitCode::bad_data, "accuracy predictor: " + reason);
}

void check_samples(std::span<const double> g, std::span<const double> accuracy) {
  if (g.size() != accuracy.size()) refuse("as many predictor values as accuracies are needed");
  if (g.size() < parameters + 1)
    refuse("at least 4 trained samples are needed to fit 3 parameters, there are " +
           std::to_string(g.size()));
  for (std::size_t i = 0; i < g.size(); ++i) {
    if (!(g[i] > 0) || !std::isfinite(g[i]))
      refuse("predictor value " + std::to_string(g[i]) + " is not positive");
    if (!(accuracy[i] > 0 && accuracy[i] < 1))
      refuse("accuracy " + std::to_string(accuracy[i]) + " is not between 0 and 1");
  }
  if (std::set<double>(g.begin(), g.end()).size() < parameters)
    refuse("the samples need at least 3 different predictor values");
}

double leave_one_out_rmse(const CurveProblem& problem, const Curve& fitted, std::span<const double> g,
                          std::span<const double> accuracy) {
  double squares = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    const CurveProblem rest = problem.without(static_cast<Eigen::Index>(i));
    const double error = rest.model(rest.descend(fitted).curve)(g[i]) - accuracy[i];
    squares += error * error;
  }
  return std::sqrt(squares / static_cast<double>(g.size()));
}

}  // namespace

double AccuracyModel::operator()(double g) const { return std::min(1 / (a + falling_part(*this, g)), 1.0); }

double rmse(const AccuracyModel& model, std::span<const double> g, std::span<const double> accuracy) {
  double squares = 0;
  for (std::size_t i = 0; i < g.size(); ++i)
    squares += (model(g[i]) - accuracy[i]) * (model(g[i]) - accuracy[i]);
  return g.empty() ? std::numeric_limits<double>::quiet_NaN()
                   : std::sqrt(squares / static_cast<double>(g.size()));
}

AccuracyFit fit_accuracy(std::span<const double> g, std::span<const double> accuracy) {
  check_samples(g, accuracy);
  const CurveProblem problem(g, accuracy);
  const CurveProblem::Solution solution = problem.solve();
  AccuracyFit fit;
  fit.model = problem.model(solution.curve);
  const auto [least, largest] = std::ranges::minmax(g);
  fit.model.fitted = {least, largest};
  fit.converged = solution.converged;
  fit.rmse_fit = rmse(fit.model, g, accuracy);
  fit.rmse_loo = leave_one_out_rmse(problem, solution.curve, g, accuracy);
  fit.spearman = spearman(g, accuracy);
  fit.kendall = kendall(g, accuracy);
  const double variance = solution.squares / static_cast<double>(g.size() - parameters);
  fit.sigma = std::sqrt(variance);
  const Eigen::Matrix3d covariance =
      problem.covariance(solution.curve, variance);  // symmetric: the order is moot
  fit.covariance.assign(covariance.data(), covariance.data() + covariance.size());
  return fit;
}

double AccuracyFit::band(double g, std::size_t samples) const {
  if (covariance.size() != 9 || samples <= parameters) return std::numeric_limits<double>::quiet_NaN();
  const double e = falling_part(model, g);
  const double theta = 1 / (model.a + e);
  const double slope = -theta * (theta * e);
  const Eigen::Vector3d gradient(-theta * theta, slope / g, slope);
  const double variance = gradient.dot(Eigen::Map<const Eigen::Matrix3d>(covariance.data()) * gradient);
  return student_t_two_sided(0.95, static_cast<int>(samples - parameters)) *
         std::sqrt(std::max(variance, 0.0));
}

Json to_json(const AccuracyModel& model) {
  Json json{{"a", model.a}, {"b", model.b}, {"c", model.c}};
  if (model.fitted) json["fitted"] = {model.fitted->first, model.fitted->second};
  return json;
}

AccuracyModel accuracy_model_from_json(const Json& json) {
  const JsonReader reader(json, "accuracy model");
  AccuracyModel model{reader.get<double>("a"), reader.get<double>("b"), reader.get<double>("c")};
  if (model.a < 0) reader.fail("has a negative a: accuracies would have no bound");
  if (json.contains("fitted")) {
    const auto range = reader.get<std::vector<double>>("fitted");
    if (range.size() != 2) reader.fail("has a wrong value at key 'fitted': expected two numbers");
    model.fitted = {range[0], range[1]};
  }
  return model;
}

}  // namespace flash
