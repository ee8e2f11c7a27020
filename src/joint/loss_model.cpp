#include "flash/joint/loss_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/predict/nnls.hpp"

namespace flash {
namespace {

constexpr std::array<const char*, 4> kinds{"pruned", "pruned_hard", "levels", "levels_coarse"};
constexpr const char* gain_name = "gain";
constexpr const char* small_suffix = " small";
constexpr double least_progress = 0.01;

double of_kind(std::string_view kind, const CellOption& option) {
  if (kind == kinds[0]) return std::log(1 / option.kept);
  if (kind == kinds[1]) return (1 / option.kept - 1) / 10;
  if (option.bits == 32) return 0;
  return std::pow(kind == kinds[2] ? 2.0 : 4.0, 1 - option.bits);
}

// A feature's name taken apart.
struct Feature {
  std::string kind;
  bool small = false;
  std::ptrdiff_t slot = -1;  // that it is of; -1: of all

  explicit Feature(const std::string& name) : kind(name) {
    const std::string suffix = small_suffix;
    if (kind.ends_with(suffix)) {
      small = true;
      kind.resize(kind.size() - suffix.size());
    } else if (const auto dot = kind.find('.'); dot != std::string::npos) {
      const std::string digits = kind.substr(dot + 1);
      if (digits.empty() || digits.size() > 6 || digits.find_first_not_of("0123456789") != std::string::npos)
        kind.clear();
      else
        slot = std::stol(digits), kind.resize(dot);
    }
  }
  bool known() const { return std::ranges::find(kinds, kind) != kinds.end(); }
  double operator()(const CellOption& option, std::size_t of_slot, double smallness) const {
    if (slot >= 0 && static_cast<std::size_t>(slot) != of_slot) return 0;
    return of_kind(kind, option) * (small ? smallness : 1);
  }
};

double smallness(double usual, double cell) { return std::sqrt(usual / std::max(cell, 1.0)); }

// Samples by features; networks as numbers.
class Design {
 public:
  explicit Design(std::span<const LossSample> samples) {
    std::map<std::string, std::size_t> numbers;
    double logs = 0;
    std::size_t cells = 0, slots = 0;
    for (const LossSample& sample : samples) {
      networks_.push_back(numbers.try_emplace(sample.network, numbers.size()).first->second);
      losses_.push_back(sample.loss);
      for (const double weights : sample.cell_weights) logs += std::log(std::max(weights, 1.0)), ++cells;
      slots = std::max(slots, sample.options.size());
    }
    count_ = numbers.size();
    weights_ = std::exp(logs / static_cast<double>(std::max<std::size_t>(cells, 1)));
    const auto add = [&](const std::string& name) {
      const Feature feature(name);
      std::vector<double> column;
      for (const LossSample& sample : samples) {
        double sum = 0;
        for (std::size_t s = 0; s < sample.options.size(); ++s)
          sum += feature(sample.options[s], s, smallness(weights_, sample.cell_weights[s]));
        column.push_back(sum);
      }
      names.push_back(name);
      columns.push_back(std::move(column));
    };
    for (const char* kind : kinds) add(kind);
    for (const char* kind : kinds) add(std::string(kind).append(small_suffix));
    if (slots > 1)
      for (const char* kind : kinds)
        for (std::size_t s = 0; s < slots; ++s) add(std::string(kind).append(".").append(std::to_string(s)));
    names.emplace_back(gain_name);
    columns.emplace_back();
    for (const LossSample& sample : samples)
      columns.back().push_back(
          std::ranges::all_of(sample.options, [](const CellOption& o) { return o.is_dense(); }) ? 0 : -1);
  }

  std::size_t networks() const { return count_; }
  double weights() const { return weights_; }
  const std::vector<double>& losses() const { return losses_; }

  // Coefficients by all samples but those of one network (count: of none).
  std::vector<double> fit(const std::vector<std::size_t>& chosen, std::size_t without) const {
    std::vector<Eigen::Index> rows;
    for (std::size_t i = 0; i < losses_.size(); ++i)
      if (networks_[i] != without) rows.push_back(static_cast<Eigen::Index>(i));
    const auto n = static_cast<Eigen::Index>(rows.size());
    Eigen::MatrixXd A(n, static_cast<Eigen::Index>(chosen.size()));
    Eigen::VectorXd b(n);
    for (Eigen::Index r = 0; r < n; ++r) {
      const auto i = static_cast<std::size_t>(rows[static_cast<std::size_t>(r)]);
      b[r] = losses_[i];
      for (std::size_t c = 0; c < chosen.size(); ++c)
        A(r, static_cast<Eigen::Index>(c)) = columns[chosen[c]][i];
    }
    const Eigen::VectorXd x = chosen.empty() ? Eigen::VectorXd() : nnls(A, b);
    return {x.data(), x.data() + x.size()};
  }

  double predicted(const std::vector<std::size_t>& chosen, const std::vector<double>& coefficients,
                   std::size_t sample) const {
    double sum = 0;
    for (std::size_t c = 0; c < chosen.size(); ++c) sum += coefficients[c] * columns[chosen[c]][sample];
    return sum;
  }

  // `predict(network)` gives what predicts the samples of a network that is left out.
  double rmse_left(const std::function<std::function<double(std::size_t)>(std::size_t)>& predict) const {
    if (count_ < 2) return std::numeric_limits<double>::quiet_NaN();
    double squares = 0;
    for (std::size_t network = 0; network < count_; ++network) {
      const auto of_sample = predict(network);
      for (std::size_t i = 0; i < losses_.size(); ++i)
        if (networks_[i] == network) squares += std::pow(of_sample(i) - losses_[i], 2);
    }
    return std::sqrt(squares / static_cast<double>(losses_.size()));
  }
  double rmse_left(const std::vector<std::size_t>& chosen) const {
    return rmse_left([&](std::size_t network) {
      return [&, coefficients = fit(chosen, network)](std::size_t i) {
        return predicted(chosen, coefficients, i);
      };
    });
  }
  double rmse_mean() const {
    return rmse_left([&](std::size_t network) {
      double sum = 0;
      std::size_t count = 0;
      for (std::size_t i = 0; i < losses_.size(); ++i)
        if (networks_[i] != network) sum += losses_[i], ++count;
      return [mean = sum / static_cast<double>(count)](std::size_t) { return mean; };
    });
  }

  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;

 private:
  std::vector<std::size_t> networks_;  // of each sample
  std::vector<double> losses_;
  std::size_t count_ = 0;
  double weights_ = 1;
};

// By the error of networks left out; of one network alone by none: all features.
std::vector<std::size_t> selected(const Design& design) {
  std::vector<std::size_t> chosen;
  double error = design.rmse_left(chosen);
  if (std::isnan(error)) return {0, 2, design.names.size() - 1};
  for (;;) {
    std::size_t best = design.names.size();
    double least = error * (1 - least_progress);
    for (std::size_t f = 0; f < design.names.size(); ++f) {
      if (std::ranges::find(chosen, f) != chosen.end()) continue;
      std::vector<std::size_t> with = chosen;
      with.push_back(f);
      if (const double now = design.rmse_left(with); now < least) least = now, best = f;
    }
    if (best == design.names.size()) return chosen;
    chosen.push_back(best);
    error = least;
  }
}

}  // namespace

double LossModel::operator()(const CellOption& option, std::size_t slot, double cell_weights) const {
  double loss = 0;
  if (option.is_dense()) return loss;
  for (const Term& term : terms)
    loss += term.coefficient * Feature(term.feature)(option, slot, smallness(weights, cell_weights));
  return loss;
}

LossFit fit_loss(std::span<const LossSample> samples) {
  if (samples.size() < least_losses)
    throw Error(ExitCode::bad_data, "compressed samples: " + std::to_string(samples.size()) +
                                        " of them, and a model of what is lost needs " +
                                        std::to_string(least_losses));
  for (const LossSample& sample : samples)
    if (!std::isfinite(sample.loss) || sample.options.size() != sample.cell_weights.size())
      throw Error(ExitCode::bad_data,
                  "compressed samples: what network " + sample.network + " lost is not known");
  const Design design(samples);
  const std::vector<std::size_t> chosen = selected(design);
  const std::vector<double> coefficients = design.fit(chosen, design.networks());
  LossFit fit{.model = {.weights = design.weights()},
              .samples = samples.size(),
              .networks = design.networks(),
              .rmse_left = design.rmse_left(chosen),
              .rmse_mean = design.rmse_mean()};
  double squares = 0, all = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    squares += std::pow(design.predicted(chosen, coefficients, i) - samples[i].loss, 2);
    all += std::pow(samples[i].loss, 2);
  }
  fit.rmse_fit = std::sqrt(squares / static_cast<double>(samples.size()));
  fit.rmse_dense = std::sqrt(all / static_cast<double>(samples.size()));
  for (std::size_t c = 0; c < chosen.size(); ++c) {
    if (design.names[chosen[c]] == gain_name)
      fit.model.gain = coefficients[c];
    else if (coefficients[c] > 0)
      fit.model.terms.push_back({design.names[chosen[c]], coefficients[c]});
  }
  return fit;
}

Json to_json(const LossFit& fit) {
  Json terms = Json::object();
  for (const LossModel::Term& term : fit.model.terms) terms[term.feature] = term.coefficient;
  return {{"weights", fit.model.weights},
          {"gain", fit.model.gain},
          {"terms", terms},
          {"samples", fit.samples},
          {"networks", fit.networks},
          {"rmse_fit", fit.rmse_fit},
          {"rmse_left", number_or_null(fit.rmse_left)},
          {"rmse_mean", number_or_null(fit.rmse_mean)},
          {"rmse_dense", fit.rmse_dense}};
}

LossFit loss_fit_from_json(const Json& json) {
  const JsonReader reader(json, "model of what compression loses");
  LossFit fit;
  fit.model.weights = reader.get<double>("weights");
  fit.model.gain = reader.get<double>("gain");
  for (const auto& [feature, coefficient] : reader.at("terms").items()) {
    if (!Feature(feature).known()) reader.fail("has an unknown feature '" + feature + "'");
    if (!coefficient.is_number() || !(coefficient.get<double>() >= 0))
      reader.fail("has a coefficient of '" + feature + "' that is no number of 0 or more");
    fit.model.terms.push_back({feature, coefficient.get<double>()});
  }
  fit.samples = reader.get<std::size_t>("samples");
  fit.networks = reader.get<std::size_t>("networks");
  fit.rmse_fit = reader.get<double>("rmse_fit");
  fit.rmse_left = reader.get_or_nan("rmse_left");
  fit.rmse_mean = reader.get_or_nan("rmse_mean");
  fit.rmse_dense = reader.get<double>("rmse_dense");
  return fit;
}

}  // namespace flash
