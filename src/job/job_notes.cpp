#include "job_notes.hpp"

#include <algorithm>
#include <cmath>

#include "flash/job/notes.hpp"
#include "flash/job/options.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

class Notes {
 public:
  Notes(const Job& job, const JobDocument& document) : job_(job), document_(document) {}

  // "5..23:4"
  void ranges() {
    for (const Option& option : options()) {
      const JobDocument::Entry* entry = document_.entry(option.section, option.key);
      if (entry == nullptr || overridden(option.section, option.key) ||
          option.type != OptionType::integer_list || !entry->value.is_string())
        continue;
      const auto text = entry->value.get<std::string>();
      const TextRange range = read_range(text);
      const std::int64_t last = range.last - (range.last - range.first) % range.step;
      if (last != range.last)
        note(option.section, option.key, left_out(range.last, last, "the step in \"" + text + "\""));
    }
  }

  // What the family says of its settings, where the job gives them.
  void family() {
    const Family* family = find_family(job_.space.family);
    if (family->notes == nullptr) return;
    for (const FamilyNote& told : family->notes(job_.space.settings))
      if (document_.entry("space", told.key) != nullptr) note("space", told.key, told.text);
  }

  // Settings that change nothing beside what others say.
  void without_effect() {
    const RefineSettings& refine = job_.refine;
    if (refine.rounds == 0) {
      idle("refine", "networks", refine.networks != RefineSettings{}.networks, "without refine.rounds");
      idle("refine", "halving", refine.halving, "without refine.rounds");
    } else {
      idle("refine", "halving", refine.halving && job_.training.epochs == 1,
           "with one epoch, which has no half");
    }
    idle("train", "noise_epochs", job_.accuracy_on != "chip" && job_.training.noise_epochs > 0,
         R"(where train.accuracy_on is not "chip")");
    idle("train", "accuracy_on", job_.accuracy_on == "chip" && job_.objective.training_free,
         "where the objective is training-free");
    idle("hardware", "count", job_.proxy.active() && job_.hardware.count != HardwareSettings{}.count,
         "beside proxy.devices: proxy.first and proxy.budget say how many networks the target measures");
    for (const char* key : {"networks", "first", "round", "budget", "method"})
      idle("proxy", key, !job_.proxy.active(), "without proxy.devices");
    idle("hardware", "remeasure", job_.proxy.active() && job_.hardware.remeasure,
         "beside proxy.devices, with which no outlier is measured again");
    idle("sample", "repeats", job_.sample.repeats > job_.sample.count,
         "beyond the " + std::to_string(job_.sample.count) + " networks of sample.count");
    const Constraints& bounds = job_.constraints;
    const bool bounded =
        std::isfinite(bounds.accuracy_min) ||
        std::ranges::any_of(fitted_metrics(), [&](Metric m) { return std::isfinite(bounds.metric_max[m]); });
    idle("constraints", "margin", bounds.margin > 0 && !bounded,
         "without a bound on accuracy, latency, energy or area in this file: the others are exact");
    if (job_.confirm.networks == 0 && job_.confirm.top == 0 && job_.confirm.named.empty())
      idle("confirm", "keep", job_.confirm.keep != "none", "where confirm.networks is 0: none is confirmed");
    const CompressionSettings& how = job_.compress.how;
    const JointSettings usual;
    const std::string alone =
        job_.joint.texts.empty() ? "without compress.options" : R"(where compress.options has "dense" alone)";
    idle("compress", "file_bytes_max", !job_.joint.active() && std::isfinite(job_.joint.file_bytes_max),
         alone);
    idle("compress", "minimise", !job_.joint.active() && !job_.joint.minimise.empty(), alone);
    for (const auto& [key, value, before] :
         {std::tuple{"sample_networks", job_.joint.networks, usual.networks},
          {"samples", job_.joint.samples, usual.samples},
          {"top", job_.joint.top, usual.top},
          {"confirm_rounds", job_.joint.rounds, usual.rounds}})
      idle("compress", key, !job_.joint.active() && value != before, alone);
    for (const char* key : {"group_rows", "group_columns"})
      idle("compress", key,
           how.groups != "rows" &&
               std::ranges::none_of(job_.joint.options,
                                    [](const CellOption& option) { return option.pruned == Pruned::rows; }),
           R"(where compress.groups is not "rows")");
    for (const char* key : {"ratio", "macs_ratio", "bits", "groups", "layers", "target", "seeds"})
      idle("compress", key, job_.joint.active() && job_.compress.networks.empty(),
           "beside compress.options, which say it of each cell");
    idle("compress", "sample_networks",
         job_.joint.active() && job_.joint.networks > job_.sample.count + job_.sample.holdout,
         "beyond the networks that are trained, " + std::to_string(job_.sample.count + job_.sample.holdout) +
             " by [sample]");
    for (const char* key : {"variant", "block_rows", "threshold", "row_threshold"})
      idle("compress", key, how.method != "smartdeal", R"(where compress.method is not "smartdeal")");
    for (const char* key : {"target", "macs_ratio"})
      idle("compress", key, how.method == "smartdeal", R"(where compress.method is "smartdeal")");
    for (const char* key : {"rounds", "rho", "rho_end"})
      idle("compress", key, how.method != "admm", R"(where compress.method is not "admm")");
  }

  std::vector<std::string> lines;

 private:
  void idle(const std::string& section, const std::string& key, bool is, const std::string& why) {
    if (is && (document_.entry(section, key) != nullptr || overridden(section, key)))
      note(section, key, "changes nothing " + why);
  }

  static std::string left_out(std::int64_t end, std::int64_t last, const std::string& step) {
    return step + " does not lead to " + std::to_string(end) + ", which is left out: the last value is " +
           std::to_string(last);
  }

  bool overridden(const std::string& section, const std::string& key) const {
    return std::ranges::find(job_.overrides, section + "." + key, &Override::key) != job_.overrides.end();
  }

  void note(const std::string& section, const std::string& key, const std::string& what) {
    if (overridden(section, key)) {
      lines.push_back(section + "." + key + " as the command line sets it: " + what);
      return;
    }
    lines.push_back(job_.path.string() + ":" + std::to_string(document_.line(section, key)) + ": " + section +
                    "." + key + ": " + what);
  }

  const Job& job_;
  const JobDocument& document_;
};

}  // namespace

std::vector<std::string> notes_on(const Job& job, const JobDocument& document) {
  Notes notes(job, document);
  notes.ranges();
  notes.family();
  notes.without_effect();
  return notes.lines;
}

std::vector<std::string> notes_on(const Job& job) {
  return notes_on(job, read_document(job.text, job.path, job_file_kind));
}

}  // namespace flash
