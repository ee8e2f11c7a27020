// The accuracy predictors fitted to a run's networks, and which of them searches use.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

#include "failures.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/findings/fit.hpp"
#include "flash/predict/additive_fit.hpp"
#include "flash/predict/verdict.hpp"
#include "flash/search/models.hpp"
#include "flash/space/liveness.hpp"
#include "flash/space/random_id.hpp"

namespace flash {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

AccuracyFit no_fit() {
  return {.model = {nan, nan, nan},
          .rmse_fit = nan,
          .rmse_loo = nan,
          .rmse_loo_mean = nan,
          .spearman = nan,
          .kendall = nan};
}

bool is_fitted(const PredictorFit& fit) { return !fit.fit.errors_loo.empty(); }

// "nn_degree.links": the readings of NN-Degree stand together.
std::string predictor_of(const Score& score) {
  const std::string reading = reading_of(score.name());
  return reading == score.name() ? reading : "nn_degree." + reading;
}

std::string remedy(const std::vector<TrainedSample>& samples) {
  for (const TrainedSample& sample : samples)
    if (sample.outcome && !sample.good) return "once that is mended, --retry-failed tries them again";
  return "train more networks (sample.count), or longer (train.epochs)";
}

// NN-Mass may be 0, where theta has no value: it is shifted.
double shift_of(const std::string& predictor) { return predictor == "nn_mass" ? 1 : 0; }

// The good samples of a plan.
struct Trained {
  std::vector<Point> networks;
  std::vector<double> accuracy;
  std::vector<std::size_t> trainings;
  double noise = nan;  // of one training, by all samples
};
Trained trained(const std::vector<TrainedSample>& samples, bool holdout) {
  Trained part;
  for (const TrainedSample& sample : samples) {
    if (!sample.good || sample.holdout != holdout) continue;
    part.networks.push_back(*sample.point);
    part.accuracy.push_back(sample.accuracy());
    part.trainings.push_back(sample.trainings());
  }
  part.noise = training_noise(samples).deviation;
  return part;
}

// Of samples some of which are means of several trainings: by the error of a fit in which all weigh the same.
std::vector<double> weights_of(const Trained& known, const AccuracyFit& unweighted) {
  const double square = std::pow(unweighted.rmse_loo, 2) - known.noise * known.noise;
  std::vector<double> weights;
  for (const std::size_t trainings : known.trainings)
    weights.push_back(weight_of(trainings, known.noise, std::sqrt(std::max(0.0, square))));
  return weights;
}
bool has_repeats(const Trained& known) { return std::isfinite(known.noise); }

std::vector<double> values_of(const PredictorFit& fit, const Space& space, const Trained& part) {
  const auto score = fit.additive ? bound_score(*fit.additive, space) : nullptr;  // once for all of them
  std::vector<double> values;
  for (const Point& network : part.networks) {
    const Stratum& stratum = space.stratum(network);
    values.push_back(score ? value(*score, stratum.shape, network.options, stratum.slots)
                           : predictor_value(fit.predictor, space, network));
  }
  return values;
}

// Networks of the job's table that are in no fit hold out as well, at no cost: as many as there are, or a random
// choice of these. Returns how many.
std::size_t add_others_of_table(const Job& job, const Space& space, const std::vector<TrainedSample>& samples,
                                Trained& holdout) {
  constexpr std::size_t enough = 2'000;
  if (!job.accuracies.table) return 0;
  std::vector<NetworkId> others;
  for (const auto& [id, accuracy] : job.accuracies.table->accuracy)
    if (std::ranges::find(samples, id, &TrainedSample::id) == samples.end()) others.push_back(id);
  std::ranges::sort(others, {}, [&](NetworkId id) {
    return std::pair(seed_of_network(job.seed, "table holdout", id), id);
  });
  others.resize(std::min(others.size(), enough));
  for (const NetworkId id : others) {
    holdout.networks.push_back(space.point(id));
    holdout.accuracy.push_back(job.accuracies.table->accuracy.at(id));
    holdout.trainings.push_back(1);
  }
  return others.size();
}

// What is wrong with a fit that cannot be made; "" where it was made.
std::string fit_theta(PredictorFit& fit, const Space& space, const Trained& known) {
  try {
    const std::vector<double> values = values_of(fit, space, known);
    fit.fit = fit_accuracy(values, known.accuracy);
    if (has_repeats(known)) fit.fit = fit_accuracy(values, known.accuracy, weights_of(known, fit.fit));
    return "";
  } catch (const Error& error) {
    fit.fit = no_fit();  // of which all networks have the same
    return error.what();
  }
}

// To what is alive of the networks. A search sums over all of a network, so that it thinks better of one with dead
// operators than the fit does; nearer to the best ones nothing is dead.
std::string fit_sum(PredictorFit& fit, const Space& space, const Trained& known) {
  try {
    std::vector<Point> networks;
    for (const Point& network : known.networks) networks.push_back(living(space, network));
    AdditiveFit found = fit_additive(space, networks, known.accuracy);
    if (has_repeats(known))
      found = fit_additive(space, networks, known.accuracy, weights_of(known, found.fit));
    fit.additive = std::move(found.score);
    fit.fit = std::move(found.fit);
    return "";
  } catch (const Error& error) {
    fit.fit = no_fit();
    return error.what();
  }
}

std::string in_words(const PredictorFit& fit) {
  return fit.predictor == additive_predictor ? "the additive predictor" : theta_words(fit.predictor);
}

std::string points(double error) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", 100 * error);
  return text;
}

double mean_square(const PredictorFit& fit) { return fit.fit.rmse_loo * fit.fit.rmse_loo; }

// Of the mean difference of the squared errors of two fits to the same samples.
double standard_error(const PredictorFit& one, const PredictorFit& other) {
  const std::vector<double>& a = one.fit.errors_loo;
  const std::vector<double>& b = other.fit.errors_loo;
  const auto count = static_cast<double>(a.size());
  const double mean = mean_square(one) - mean_square(other);
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += std::pow(a[i] * a[i] - b[i] * b[i] - mean, 2);
  return std::sqrt(squares / (count - 1) / count);
}

// The candidates of "auto", the preferred first. The family's other scores are there to be compared with: the more
// forms are tried, the more the least error flatters.
std::vector<PredictorFit*> candidates(const std::string& own, std::vector<PredictorFit>& fits) {
  const auto first = std::ranges::find(fits, own, &PredictorFit::score);
  const auto any = std::ranges::find_if(fits, [](const PredictorFit& fit) { return !fit.score.empty(); });
  const auto theta =
      first != fits.end() ? first : any;  // of a family without NN-Degree the first that it has
  std::vector<PredictorFit*> list;
  for (PredictorFit& fit : fits)
    if (is_fitted(fit) && (fit.additive || (theta != fits.end() && &fit == &*theta))) list.push_back(&fit);
  // Theta of NN-Degree is the paper's claim, and simpler. Of another score it is ours, and with three coefficients learns
  // nothing about single operators however many networks are trained: then the additive one goes first.
  const bool claimed = theta != fits.end() && theta->predictor.starts_with("nn_degree");
  std::ranges::stable_sort(list, {},
                           [&](const PredictorFit* fit) { return fit->additive.has_value() == claimed; });
  return list;
}

// "leave-one-out errors in points: theta(NN-Degree, links) 7.17, the additive predictor 5.16"
std::string errors_text(const std::vector<PredictorFit*>& list) {
  std::string text = "leave-one-out errors in points: ";
  for (const PredictorFit* fit : list)
    text.append(fit == list.front() ? "" : ", ")
        .append(in_words(*fit))
        .append(" ")
        .append(points(fit->fit.rmse_loo));
  return text;
}

// Whether the guard has nothing to say against it.
bool holds(const PredictorFit& fit) {
  return verdict({.samples = static_cast<double>(fit.fit.errors_loo.size()),
                  .rmse_loo = fit.fit.rmse_loo,
                  .rmse_loo_mean = fit.fit.rmse_loo_mean,
                  .spearman = fit.fit.spearman,
                  .b = fit.fit.model.b})
      .empty();
}

// Simplicity is no reason to take one that does not hold where the best does.
PredictorFit& choose(const std::vector<PredictorFit*>& list) {
  PredictorFit& best = **std::ranges::min_element(list, {}, [](const auto* f) { return f->fit.rmse_loo; });
  for (PredictorFit* simpler : list) {
    if (simpler == &best) break;
    const double worse = mean_square(*simpler) - mean_square(best);
    if (worse > standard_error(*simpler, best) || (!holds(*simpler) && holds(best))) continue;
    simpler->choice = "predictor.kind = \"auto\" takes " + in_words(*simpler) +
                      (simpler->additive ? ", which learns of each choice" : ", the simpler one") +
                      ", since no other is better by more than a standard error; ";
    simpler->choice += errors_text(list);
    return *simpler;
  }
  best.choice = "predictor.kind = \"auto\" takes " + in_words(best) + ", " +
                (list.size() > 1 ? "the least in error; " : "the only one that can be fitted; ");
  best.choice += errors_text(list);
  return best;
}

}  // namespace

double predictor_value(const std::string& predictor, const Space& space, const Point& point) {
  if (predictor == "parameters") return static_cast<double>(space.counts(point).parameters);
  if (predictor == "macs") return static_cast<double>(space.counts(point).macs);
  for (const Score* score : space.geometry().scores())
    if (predictor == predictor_of(*score)) return space.score(score->name(), point) + shift_of(predictor);
  throw Error(ExitCode::internal, "no predictor is called " + predictor);
}

double predictor_value(const PredictorFit& fit, const Space& space, const Point& point) {
  if (!fit.additive) return predictor_value(fit.predictor, space, point);
  const Stratum& stratum = space.stratum(point);
  return value(*bound_score(*fit.additive, space), stratum.shape, point.options, stratum.slots);
}

void choose_predictor(const Job& job, std::vector<PredictorFit>& fits) {
  for (PredictorFit& fit : fits) {
    fit.used = false;
    fit.choice.clear();
  }
  const std::string own = score_of(job.reading);
  const auto use = [](PredictorFit& fit) { fit.used = true; };
  if (job.predictor == "auto") {
    const std::vector<PredictorFit*> list = candidates(own, fits);
    if (!list.empty()) use(choose(list));
    return;
  }
  for (PredictorFit& fit : fits) {
    const bool asked = job.predictor == "additive" ? fit.predictor == additive_predictor : fit.score == own;
    if (!asked || !is_fitted(fit)) continue;
    fit.choice = "predictor.kind = \"" + job.predictor + "\" asks for " + in_words(fit);
    use(fit);
  }
}

bool refit(PredictorFit& fit, const Space& space, const std::vector<TrainedSample>& samples) {
  const Trained known = trained(samples, false);
  return (fit.additive ? fit_sum(fit, space, known) : fit_theta(fit, space, known)).empty();
}

std::vector<PredictorFit> fit_predictors(const Job& job, const Space& space,
                                         const std::vector<TrainedSample>& samples) {
  const Trained known = trained(samples, false);
  Trained holdout = trained(samples, true);
  const std::size_t others = add_others_of_table(job, space, samples, holdout);
  if (known.accuracy.size() < least_trained) {
    throw Error(ExitCode::bad_data, "the accuracy predictor needs at least " + std::to_string(least_trained) +
                                        " trained networks and has " + std::to_string(known.accuracy.size()) +
                                        " (" + failures(samples) + "); see `flash report` for the reasons; " +
                                        remedy(samples));
  }
  std::vector<PredictorFit> fits;
  for (const Score* score : space.geometry().scores()) {
    const std::string name = predictor_of(*score);
    fits.push_back({.predictor = name, .fit = {}, .score = shift_of(name) == 0 ? score->name() : ""});
  }
  for (const char* name : {"parameters", "macs", additive_predictor})
    fits.push_back({.predictor = name, .fit = {}});
  std::string reason;  // why what is asked for cannot be fitted
  for (PredictorFit& fit : fits) {
    fit.samples = known.accuracy.size();
    const bool additive = fit.predictor == additive_predictor;
    const std::string wrong = additive ? fit_sum(fit, space, known) : fit_theta(fit, space, known);
    fit.rmse_holdout =
        is_fitted(fit) ? rmse(fit.fit.model, values_of(fit, space, holdout), holdout.accuracy) : nan;
    if (additive ? job.predictor == "additive" : fit.score == score_of(job.reading)) reason = wrong;
  }
  choose_predictor(job, fits);
  // Of few networks there is no additive one.
  std::erase_if(
      fits, [](const PredictorFit& fit) { return fit.predictor == additive_predictor && !is_fitted(fit); });
  if (std::ranges::none_of(fits, &PredictorFit::used)) throw Error(ExitCode::bad_data, reason);
  if (others > 0)
    std::ranges::find_if(fits, &PredictorFit::used)
        ->choice.append("; held out are ")
        .append(std::to_string(holdout.accuracy.size()))
        .append(" networks of the table that are in no fit");
  return fits;
}

}  // namespace flash
