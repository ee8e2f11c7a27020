#include "flash/predict/verdict.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "flash/predict/student_t.hpp"

namespace flash {
namespace {

constexpr double few_samples = 10;  // 3 coefficients are fitted to them
constexpr double confidence = 0.95;
constexpr double most_freedom = 10'000;  // of Student's t, which hardly changes beyond
constexpr double rounding = 1e-9;        // accuracies that differ by no more are equal

template <class... Values>
std::string format(const char* pattern, Values... values) {
  char buffer[200];
  std::snprintf(buffer, sizeof buffer, pattern, values...);
  return buffer;
}

// Whether a rank correlation of 0 would seldom give one so far from 0.
bool significant(double correlation, double samples) {
  if (!(samples >= 3)) return false;
  const double freedom = std::min(samples - 2, most_freedom);
  const double t = std::abs(correlation) * std::sqrt(freedom / (1 - correlation * correlation));
  return t > student_t_two_sided(confidence, static_cast<int>(freedom));
}

std::vector<std::string> reasons(const PredictorFigures& figures) {
  if (figures.rmse_loo_mean <= rounding)
    return {format("all %.0f trained networks have the same accuracy", figures.samples)};
  std::vector<std::string> list;
  if (figures.rmse_loo >= figures.rmse_loo_mean)
    list.push_back(
        format("it is no better than the mean of the trained networks (leave-one-out %.1f against "
               "%.1f points)",
               100 * figures.rmse_loo, 100 * figures.rmse_loo_mean));
  if (figures.b < 0) list.push_back("by it accuracy falls with NN-Degree");
  if (std::isfinite(figures.spearman) && !significant(figures.spearman, figures.samples))
    list.push_back(
        format("the rank correlation of NN-Degree and accuracy (Spearman %.2f, %.0f networks) may be "
               "chance",
               figures.spearman, figures.samples));
  return list;
}

}  // namespace

std::string verdict(const PredictorFigures& figures) {
  std::string text;
  for (const std::string& reason : reasons(figures)) text += (text.empty() ? "" : ", ") + reason;
  if (!text.empty())
    return "the accuracy predictor does not hold: " + text +
           "; a search finds the optimum of the models alone: train more networks, or longer";
  if (figures.samples < few_samples)
    return format("the accuracy predictor rests on %.0f trained networks alone: train more", figures.samples);
  return "";
}

}  // namespace flash
