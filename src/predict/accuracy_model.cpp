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
#include "left_out.hpp"

namespace flash {
namespace {

constexpr std::size_t parameters = 3;
constexpr double confidence = 0.95;
constexpr int max_degrees_of_freedom = 100'000;  // Student's t takes a step for every other one

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
    if (!(accuracy[i] >= 0 && accuracy[i] <= 1))
      refuse("accuracy " + std::to_string(accuracy[i]) + " is not between 0 and 1");
  }
  if (std::ranges::max(accuracy) == 0) refuse("no sample has an accuracy above 0");
  if (const std::size_t different = std::set<double>(g.begin(), g.end()).size(); different < parameters)
    refuse("samples of at least 3 different predictor values are needed, there are " +
           std::to_string(different));
}

std::vector<double> leave_one_out(const CurveProblem& problem, const Curve& fitted,
                                  std::span<const double> g) {
  std::vector<double> predicted;
  for (std::size_t i = 0; i < g.size(); ++i) {
    const CurveProblem rest = problem.without(static_cast<Eigen::Index>(i));
    predicted.push_back(rest.model(rest.descend(fitted).curve)(g[i]));
  }
  return predicted;
}

AccuracySpread spread_of(const CurveProblem& problem, const CurveProblem::Solution& solution,
                         std::size_t samples) {
  const auto freedom = static_cast<int>(samples - parameters);
  const double variance = solution.squares / freedom;
  const Eigen::Matrix3d covariance = problem.covariance(solution.curve, variance);  // symmetric
  return {{covariance.data(), covariance.data() + covariance.size()}, std::sqrt(variance), freedom, 1};
}

// Of a network at g, by the delta method.
double deviation(const AccuracyModel& model, double g) {
  const double e = falling_part(model, g);
  const double theta = 1 / (model.a + e);
  const double slope = -theta * (theta * e);
  const Eigen::Vector3d gradient(-theta * theta, slope / g, slope);
  const double variance =
      gradient.dot(Eigen::Map<const Eigen::Matrix3d>(model.spread->covariance.data()) * gradient);
  return std::sqrt(model.spread->sigma * model.spread->sigma + std::max(variance, 0.0));
}

double spread_factor(const AccuracyModel& model, std::span<const double> g, std::span<const double> errors) {
  double squares = 0;
  for (std::size_t i = 0; i < g.size(); ++i) {
    const double ratio = errors[i] / deviation(model, g[i]);
    squares += ratio * ratio;
  }
  const double factor = std::sqrt(squares / static_cast<double>(g.size()));
  return std::isfinite(factor) ? factor : 1;  // without a deviation there is no band anyway
}

bool determined(const AccuracySpread& spread) {
  return std::ranges::all_of(spread.covariance, [](double value) { return std::isfinite(value); });
}

AccuracySpread spread_from_json(const Json& json) {
  const JsonReader reader(json, "accuracy model, spread,");
  const AccuracySpread spread{reader.get<std::vector<double>>("covariance"), reader.get<double>("sigma"),
                              reader.get<int>("degrees_of_freedom"),
                              json.contains("factor") ? reader.get<double>("factor") : 1};
  if (spread.covariance.size() != parameters * parameters)
    reader.fail("has a covariance of another size than 3x3");
  if (spread.sigma < 0) reader.fail("has a negative sigma");
  if (spread.factor < 0) reader.fail("has a negative factor");
  if (spread.degrees_of_freedom < 1 || spread.degrees_of_freedom > max_degrees_of_freedom)
    reader.fail("has degrees of freedom out of range");
  return spread;
}

double leave_one_out_rmse_of_mean(std::span<const double> accuracy) {
  const Eigen::Map<const Eigen::ArrayXd> values(accuracy.data(), static_cast<Eigen::Index>(accuracy.size()));
  const auto count = static_cast<double>(accuracy.size());
  return std::sqrt((values - values.mean()).square().mean()) * count / (count - 1);
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

void set_left_out(AccuracyFit& fit, std::span<const double> predicted, std::span<const double> accuracy) {
  double squares = 0;
  fit.errors_loo.clear();
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    const double error = predicted[i] - accuracy[i];
    squares += error * error;
    fit.errors_loo.push_back(error);
  }
  fit.rmse_loo = std::sqrt(squares / static_cast<double>(predicted.size()));
  fit.rmse_loo_mean = leave_one_out_rmse_of_mean(accuracy);
}

double band_of_errors(double rmse_loo, std::size_t samples) {
  return student_t_two_sided(confidence, static_cast<int>(samples) - 1) * rmse_loo;
}

double weight_of(std::size_t trainings, double noise, double misfit) {
  const double one = noise * noise + misfit * misfit;
  const double mean = noise * noise / static_cast<double>(trainings) + misfit * misfit;
  return one > 0 && mean > 0 ? one / mean : 1;
}

AccuracyFit fit_accuracy(std::span<const double> g, std::span<const double> accuracy,
                         std::span<const double> weights) {
  check_samples(g, accuracy);
  const CurveProblem problem(g, accuracy, weights);
  const CurveProblem::Solution solution = problem.solve();
  AccuracyFit fit;
  fit.model = problem.model(solution.curve);
  const auto [least, largest] = std::ranges::minmax(g);
  fit.model.fitted = {least, largest};
  fit.converged = solution.converged;
  fit.rmse_fit = rmse(fit.model, g, accuracy);
  set_left_out(fit, leave_one_out(problem, solution.curve, g), accuracy);
  fit.spearman = spearman(g, accuracy);
  fit.kendall = kendall(g, accuracy);
  fit.model.spread = spread_of(problem, solution, g.size());
  // Where the coefficients are not determined the band is that of the leave-one-out errors, the same everywhere.
  if (!determined(*fit.model.spread)) fit.model.spread->covariance.assign(parameters * parameters, 0);
  fit.model.spread->factor = spread_factor(fit.model, g, fit.errors_loo);
  return fit;
}

double AccuracyModel::band(double g) const {
  if (score_band) {
    const double low = (*this)(std::max(g - *score_band, std::numeric_limits<double>::min()));
    return 0.5 * ((*this)(g + *score_band) - low);
  }
  if (!spread) return std::numeric_limits<double>::quiet_NaN();
  return student_t_two_sided(confidence, spread->degrees_of_freedom) * spread->factor * deviation(*this, g);
}

Json to_json(const AccuracyModel& model) {
  Json json{{"a", model.a}, {"b", model.b}, {"c", model.c}};
  if (model.fitted) json["fitted"] = {model.fitted->first, model.fitted->second};
  if (model.spread && determined(*model.spread))
    json["spread"] = {{"covariance", model.spread->covariance},
                      {"sigma", model.spread->sigma},
                      {"degrees_of_freedom", model.spread->degrees_of_freedom},
                      {"factor", model.spread->factor}};
  if (model.score_band) json["score_band"] = *model.score_band;
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
  if (json.contains("spread")) model.spread = spread_from_json(json["spread"]);
  if (json.contains("score_band")) {
    model.score_band = reader.get<double>("score_band");
    if (*model.score_band < 0) reader.fail("has a negative score_band");
  }
  return model;
}

}  // namespace flash
