#include "answer_text.hpp"

#include <cmath>
#include <vector>

#include "answer_words.hpp"
#include "flash/archive/table_text.hpp"
#include "flash/predict/verdict.hpp"
#include "flash/stage/archived_predictor.hpp"

namespace flash {
namespace {

using namespace table_text;
using namespace answer_words;

struct Unit {
  const char* metric;
  const char* column;
  const char* ceiling;
  const char* unit;
};
constexpr Unit units[] = {{"latency", "latency_ms", "latency_max_ms", "ms"},
                          {"energy", "energy_mj", "energy_max_mj", "mJ"},
                          {"area", "area_mm2", "area_max_mm2", "mm2"}};

// The row of the job's own set; behind the last one where nothing meets that.
std::size_t own_row(const Table& answer) {
  std::size_t row = 0;
  while (row < rows(&answer) && number(answer, "own", row) != 1) ++row;
  return row;
}

// Of the network with that id, in digits.
std::size_t row_of(const Table* table, const std::string& wanted) {
  std::size_t row = 0;
  while (row < rows(table) && id(*table, "id", row) != wanted) ++row;
  return row;
}

// Of table `confirmed`: an integer, or a text; "-1" where there is none.
std::string best_id(const Table& confirmed) {
  const std::string digits = attribute(confirmed.attributes, "best");
  return digits.empty() ? format("%.0f", attribute(confirmed, "best")) : digits;
}

class Answer {
 public:
  explicit Answer(const ArchiveContents& archive)
      : archive_(archive),
        models_(*archive.find("answer")),
        own_(own_row(models_)),
        confirmed_(archive.find("confirmed")) {
    nothing_meets_ = own_ == rows(&models_);
    if (nothing_meets_) own_ = 0;
    if (rows(confirmed_) == 0) return;
    best_ = row_of(confirmed_, best_id(*confirmed_));
    has_confirmed_ = best_ < rows(confirmed_);
  }

  std::string text() const {
    if (nothing_meets_ && !has_confirmed_) return nothing();
    std::string out = has_confirmed_ ? confirmed() : by_models();
    out += bounds() + sampled() + undecided() + binding();
    if (const std::string corner = models_text("corner"); !corner.empty())
      out += entry("corner", "the models' best is in a corner of the space, " + corner +
                                 ": better ones may lie outside; widen [space] there");
    return out + predictor() + next() + "\n";
  }

 private:
  double models_number(const std::string& column) const { return number(models_, column.c_str(), own_); }
  std::string models_text(const char* column) const { return table_text::text(models_, column, own_); }
  double found(const std::string& column, std::size_t row) const {
    return number(*confirmed_, column.c_str(), row);
  }
  double found_objective(const std::string& column, std::size_t row) const {
    return shown_objective(*confirmed_, found(column, row));
  }
  std::string set() const { return models_text("constraints"); }

  std::string confirmed_id() const { return id(*confirmed_, "id", best_); }
  static std::string size(double parameters, double macs) {
    return count(parameters) + " parameters, " + format("%.3g", macs / 1e6) + " million multiply-accumulates";
  }

  std::string confirmed() const {
    std::string out =
        entry("best network", named(*confirmed_, best_) + ", " +
                                  size(found("parameters_true", best_), found("macs_true", best_)) +
                                  under_derived());
    const double trainings = found("trained", best_);
    const double noise = attribute(*confirmed_, "noise") / std::sqrt(trainings);
    out += entry("  accuracy", percent(found("test_accuracy", best_)) + " %" + band(noise, 100, "%.1f") +
                                   " on the test images" +
                                   (trainings > 1 ? format(", mean of %.0f trainings", trainings) : "") +
                                   expected() + "; the models say " + percent(found("accuracy", best_)) +
                                   band(found("accuracy_band", best_), 100, "%.1f"));
    for (const Unit& u : units) {
      const std::string column(u.column);
      const double value = found(column + "_true", best_);
      if (!std::isfinite(value)) {
        if (const double promised = found(column, best_); std::isfinite(promised))
          out += entry("  " + std::string(u.metric),
                       "not measured; the models say " + format("%.3g", promised) +
                           band(found(column + "_band", best_), 1, "%.2g") + " " + u.unit);
        continue;
      }
      const double spread =
          u.metric == std::string("latency") ? found("latency_ms_spread", best_) / 2 : std::nan("");
      out +=
          entry("  " + std::string(u.metric),
                format("%.3g %s", value, u.unit) + band(spread, 1, "%.2g") + " measured; the models say " +
                    format("%.3g", found(column, best_)) + band(found(column + "_band", best_), 1, "%.2g"));
    }
    out += on_devices("confirmed", confirmed_id(), text_of_confirmed_set());
    out += entry(std::string("  ") + objective_name(*confirmed_),
                 format("%.4g found, %.4g by the models: ", found_objective("objective_true", best_),
                        found_objective("objective", best_)) +
                     attribute(models_.attributes, "objective"));
    return out + models_best();
  }

  std::string text_of_confirmed_set() const { return table_text::text(*confirmed_, "constraints", best_); }

  // And of a chip's interval. A line each: "on pixel3    7.41 ms measured; the models say 7.21 +- 0.4, <= 8 asked (holds with 96 %)".
  std::string on_devices(const std::string& source, const std::string& network,
                         const std::string& set_name) const {
    const Table* table = archive_.find("devices/answers");
    std::string out;
    for (std::size_t row = 0; row < rows(table); ++row) {
      const auto value = [&](const char* column) { return number(*table, column, row); };
      const auto word = [&](const char* column) { return table_text::text(*table, column, row); };
      if (word("source") != source || id(*table, "id", row) != network || word("constraints") != set_name)
        continue;
      const std::string predicted = format("%.3g", value("predicted")) + band(value("band"), 1, "%.2g");
      std::string line =
          std::isfinite(value("measured"))
              ? format("%.3g ", value("measured")) + word("unit") + " measured; the models say " + predicted
              : predicted + " " + word("unit") + " predicted";
      if (std::isfinite(value("ceiling_asked"))) {
        line += format(", <= %.4g asked", value("ceiling_asked"));
        if (std::isfinite(value("probability")))
          line += ", which holds with " + likelihood(value("probability")) + " probability";
      }
      std::string metric = word("metric");
      metric = metric.substr(0, metric.find('@'));
      out += entry("  " + metric, word("device").empty() ? line : "on " + word("device") + ": " + line);
    }
    return out;
  }

  // Nobody asked for what it had to meet.
  std::string under_derived() const {
    return models_number("derived") == 1 ? ", under ceilings that flash has chosen, since none was set" : "";
  }

  // The best of several was lucky, too.
  std::string expected() const {
    const double accuracy = found("test_accuracy_expected", best_);
    const double deviation =
        std::hypot(found("test_accuracy_expected_deviation", best_), attribute(*confirmed_, "noise"));
    if (!std::isfinite(accuracy) || !std::isfinite(deviation)) return "";
    return "; trained again it is expected at " + percent(accuracy) + band(deviation, 100, "%.1f");
  }

  // Where the models' best is another network: what became of it.
  std::string models_best() const {
    const std::string models_id = id(models_, "id", own_);
    if (models_id == confirmed_id()) return entry("models' best", "the same network");
    std::string out = (nothing_meets_ ? "without constraints " : "") + named(models_, own_);
    const std::size_t row = row_of(confirmed_, models_id);
    if (row < rows(confirmed_) && std::isfinite(found("objective_true", row))) {
      out += ": accuracy " + percent(found("test_accuracy", row)) + " % found, " +
             percent(found("accuracy", row)) + " by the models";
      if (std::isfinite(found("latency_ms_true", row)))
        out += format("; latency %.3g ms measured, %.3g by the models", found("latency_ms_true", row),
                      found("latency_ms", row));
      out += format("; %s %.4g", objective_name(*confirmed_), found_objective("objective_true", row));
      if (found("violation_true", row) > 0)
        out += format(", and a bound is missed by %.1f %%", 100 * found("violation_true", row));
    } else if (row < rows(confirmed_)) {
      out += ": it could not be trained or measured";
    } else {
      out += looked_up() ? ": the table of accuracies, or what was asked for, has it not"
                         : ": not among those that were asked for; `flash confirm JOB -o RUN` tries it";
    }
    return entry("models' best", out);
  }

  std::string nothing() const {
    return entry("best network",
                 "none that meets the job's constraints: " + infeasible_words(archived_grounds(archive_))) +
           sampled() + predictor() +
           entry("next",
                 "flash exact RUN   says which constraint binds, by how much the nearest miss misses it, "
                 "and what the space can do against each alone") +
           "\n";
  }

  // Accuracies come from a table, of which the models know what was fitted.
  bool looked_up() const {
    const std::optional<Models> models = archived_models(archive_);
    if (!models || !models->provenance.is_object()) return false;
    const Json from = models->provenance.value("fitted_from", Json::object());
    return from.is_object() && from.contains("train.table") && from["train.table"] != "";
  }
  bool is_known() const { return archived_grounds(archive_) == Grounds::table; }

  std::string by_models() const {
    const std::string sort = rows(confirmed_) > 0
                                 ? "no confirmed network is known to meet the constraints; by the models: "
                                 : "by the models: ";
    std::string out =
        entry("best network", sort + named(models_, own_) + ", " +
                                  size(models_number("parameters"), models_number("macs")) + under_derived());
    if (!judges_by_score(archive_))
      out += entry("  accuracy", percent(models_number("accuracy")) + " %" +
                                     band(models_number("accuracy_band"), 100, "%.1f") +
                                     (is_known()    ? " in the table"
                                      : looked_up() ? " predicted; not looked up"
                                                    : " predicted; not trained yet"));
    for (const Unit& u : units)
      if (const double value = models_number(u.column); std::isfinite(value))
        out += entry("  " + std::string(u.metric),
                     format("%.3g %s", value, u.unit) +
                         band(models_number(u.column + std::string("_band")), 1, "%.2g") + " predicted");
    out += on_devices("answer", id(models_, "id", own_), set());
    return out + entry(std::string("  ") + objective_name(models_),
                       format("%.4g by the models: ", shown_objective(models_, models_number("objective"))) +
                           attribute(models_.attributes, "objective"));
  }

  // The best accuracy among those trained for the fit: peers end with what was observed.
  std::string sampled() const {
    const Table* samples = archive_.find("samples");
    std::size_t best = rows(samples);
    for (std::size_t row = 0; row < rows(samples); ++row) {
      const double accuracy = number(*samples, "accuracy", row);
      if (std::isfinite(accuracy) && (best == rows(samples) || accuracy > number(*samples, "accuracy", best)))
        best = row;
    }
    if (best == rows(samples)) return "";
    return entry("best trained", named(*samples, best) + ": " + percent(number(*samples, "accuracy", best)) +
                                     " % of the images that judge " + trainings_text(*samples, best) +
                                     ", the most accurate of the sample");
  }

  static std::string trainings_text(const Table& samples, std::size_t row) {
    const double trainings = number(samples, "trainings", row);  // of an older archive not a number
    return trainings > 1 ? format("on average of its %.0f trainings", trainings) : "in its one training";
  }

  std::string undecided() const {
    const double error = models_number("accuracy_error");
    if (!std::isfinite(error)) return "";
    if (is_known()) return "";
    const bool complete = models_number("within_complete") == 1;
    if (!complete && models_number("within") == 0) return "";  // none was counted in time: that says nothing
    return entry("undecided", (complete ? "" : "at least ") + count(models_number("within")) + " of " +
                                  grouped(attribute(archive_.attributes, "space_size")) +
                                  " configurations are within the predictor's error (" + percent(error) +
                                  " points) of the models' best: their order is not known");
  }

  // How likely the asked bounds hold, by what the models say of the network that the answer is.
  std::string bounds() const {
    const Table* constraints = archive_.find("constraints");
    std::size_t row = 0;
    while (row < rows(constraints) && table_text::text(*constraints, "name", row) != set()) ++row;
    if (row >= rows(constraints)) return "";
    const double margin = number(*constraints, "margin", row);
    std::string out;
    const auto add = [&](const std::string& quantity, const std::string& column, const char* sign,
                         double scale, const char* unit) {
      const std::string named_probability = quantity + "_probability";
      const double probability =
          has_confirmed_ ? found(named_probability, best_) : models_number(named_probability);
      if (!std::isfinite(probability)) return;
      const double asked = scale * number(*constraints, (column + "_asked").c_str(), row);
      if (!std::isfinite(asked)) return;
      const double searched = scale * number(*constraints, column.c_str(), row);
      out.append(out.empty() ? "" : "; ")
          .append(quantity)
          .append(sign)
          .append(format("%.4g %s", asked, unit));
      if (margin > 0 && searched != asked)
        out.append(format(" (searched at%s%.4g %s for margin %.3g)", sign, searched, unit, margin));
      out.append(" holds with ").append(likelihood(probability)).append(" probability");
    };
    add("accuracy", "accuracy_min", " >= ", 100, "%");
    for (const Unit& u : units) add(u.metric, u.ceiling, " <= ", 1, u.unit);
    return out.empty() ? "" : entry("bounds", out + ", by the models' bands");
  }

  std::string binding() const {
    if (nothing_meets_)
      return entry("what binds",
                   "by the models nothing meets the job's constraints; the network above does, "
                   "as measured");
    const std::string binds = models_text("binds");
    if (!binds.empty() && models_number("derived") == 1)
      return entry("what binds", binds +
                                     ", which flash has chosen: no ceiling was set; [constraints] or "
                                     "--subject-to sets yours, `flash exact --pareto` shows the front");
    if (!binds.empty()) return entry("what binds", binds + ": without it the models know better");
    return entry("what binds", set() == "none" ? "no constraint was set"
                                               : "no constraint: the best meets them all with room");
  }

  std::string predictor() const {
    const auto figures = archived_predictor(archive_);
    if (!figures) return "";
    if (const std::string doubt = verdict(*figures); !doubt.empty()) return entry("predictor", doubt);
    const bool apart = figures->rmse_loo < figures->rmse_loo_mean / 2;
    return entry("predictor",
                 std::string(apart ? "tells networks apart well"
                                   : "finds the region of the best, hardly the order within it") +
                     ": " + merit(*figures));
  }

  std::string next() const {
    const Table* files = archive_.find("confirmed/files");
    const std::size_t file = has_confirmed_ ? row_of(files, confirmed_id()) : rows(files);
    if (file < rows(files)) {
      const std::string name = table_text::text(*files, "file", file);
      return entry("next",
                   "RUN/" + name.substr(0, name.find('.')) + ".*   has its weights, to run and to train on");
    }
    if (!has_confirmed_ && row_of_missing() < rows(confirmed_))
      return entry("next", "flash confirm JOB -o RUN --emit DIR   writes what of it is to be measured");
    if (has_confirmed_)
      return entry("next",
                   "flash export RUN " +
                       (table_text::has_numbers(*confirmed_, "id")
                            ? "--id " + confirmed_id()
                            : "--network \"" + table_text::text(*confirmed_, "network", best_) + "\"") +
                       "   trains it and writes its files");
    return entry(
        "next",
        looked_up()
            ? "flash confirm JOB -o RUN   looks up what the table has of it, and of what it was preferred to"
            : "flash confirm JOB -o RUN   trains and measures it, beside what it was preferred to");
  }

  std::size_t row_of_missing() const {
    std::size_t row = 0;
    while (row < rows(confirmed_) && table_text::text(*confirmed_, "measured", row) != "missing") ++row;
    return row;
  }

  const ArchiveContents& archive_;
  const Table& models_;  // table answer
  std::size_t own_ = 0;
  const Table* confirmed_;
  std::size_t best_ = 0;
  bool has_confirmed_ = false;
  bool nothing_meets_ = false;  // of the models the job's own constraints
};

}  // namespace

std::string answer_text(const ArchiveContents& archive) {
  return rows(archive.find("answer")) == 0 ? "" : Answer(archive).text();
}

}  // namespace flash
