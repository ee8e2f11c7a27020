#include "flash/predict/verdict.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "flash/predict/rank_correlation.hpp"
#include "flash/predict/student_t.hpp"

namespace flash {
namespace {

constexpr double few_samples = 10;  // 3 coefficients are fitted to them
constexpr double significance_level = 0.95;
constexpr double most_freedom = 10'000;  // of Student's t, which hardly changes beyond
constexpr double rounding = 1e-9;        // accuracies that differ by no more are equal

template <class... Values>
std::string format(const char* pattern, Values... values) {
  char buffer[300];
  std::snprintf(buffer, sizeof buffer, pattern, values...);
  return buffer;
}

// Whether a rank correlation of 0 would seldom give one so far from 0.
bool significant(double correlation, double samples) {
  if (!(samples >= 3)) return false;
  const double freedom = std::min(samples - 2, most_freedom);
  const double t = std::abs(correlation) * std::sqrt(freedom / (1 - correlation * correlation));
  return t > student_t_two_sided(significance_level, static_cast<int>(freedom));
}

// "(Spearman 0.52, 95 % interval 0.16 to 0.76, 25 networks)"
std::string correlation(const PredictorFigures& figures) {
  const auto [low, high] = spearman_interval(figures.spearman, figures.samples);
  if (std::isnan(low)) return format("(Spearman %.2f, %.0f networks)", figures.spearman, figures.samples);
  return format("(Spearman %.2f, 95 %% interval %.2f to %.2f, %.0f networks)", figures.spearman, low, high,
                figures.samples);
}

std::vector<std::string> reasons(const PredictorFigures& figures) {
  if (figures.rmse_loo_mean <= rounding)
    return {format("all %.0f trained networks have the same accuracy", figures.samples)};
  std::vector<std::string> list;
  if (!beats_mean(figures))
    list.push_back(
        format("it is no better than the mean of the trained networks (leave-one-out %.1f against "
               "%.1f points)",
               100 * figures.rmse_loo, 100 * figures.rmse_loo_mean));
  if (figures.b < 0) list.push_back("by it accuracy falls with " + figures.score);
  if (std::isfinite(figures.spearman) && !significant(figures.spearman, figures.samples))
    list.push_back(std::string("the rank correlation of ")
                       .append(figures.score)
                       .append(" and accuracy " + correlation(figures) + " may be chance"));
  return list;
}

}  // namespace

bool beats_mean(const PredictorFigures& figures) {
  return !(figures.rmse_loo >= figures.rmse_loo_mean) && !(figures.rmse_loo_mean <= rounding);
}

std::string optimum_words(Grounds grounds) {
  if (grounds == Grounds::mean)
    return "optimum of the models, which predict accuracy no better than the mean";
  return grounds == Grounds::table ? "optimum of the table, proven" : "optimum of the models, proven";
}

std::string infeasible_words(Grounds grounds) {
  if (grounds == Grounds::mean)
    return "nothing meets them by the models, which predict accuracy no better than the mean";
  return grounds == Grounds::table ? "by the table nothing meets them: proven"
                                   : "by the models nothing meets them: proven";
}

std::string merit(const PredictorFigures& figures) {
  if (!std::isfinite(figures.rmse_loo) || !std::isfinite(figures.rmse_loo_mean)) return "";
  std::string text = format("leave-one-out error %.1f points, that of the mean %.1f", 100 * figures.rmse_loo,
                            100 * figures.rmse_loo_mean);
  if (std::isfinite(figures.spearman))
    text.append("; accuracy rises with ").append(figures.score).append(" ").append(correlation(figures));
  return text;
}

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

std::string theta_words(std::string predictor) {
  for (const auto& [key, word] : {std::pair{"nn_degree", "NN-Degree"}, std::pair{"nn_mass", "NN-Mass"},
                                  std::pair{"macs", "MACs"}, std::pair{".", ", "}})
    if (const auto at = predictor.find(key); at != std::string::npos)
      predictor.replace(at, std::string_view(key).size(), word);
  return "theta(" + predictor + ")";
}

}  // namespace flash
