#include "job_checks.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/dataset/source.hpp"
#include "flash/job/options.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/liveness.hpp"

namespace flash {
namespace {

class Checker : KeyChecks {
 public:
  using KeyChecks::KeyChecks;

  void family() {
    const Family& own = *find_family(job_.space.family);
    const auto has = [](const Family& family, const std::string& key) {
      return std::ranges::find(family.settings, key, &FamilySetting::key) != family.settings.end();
    };
    if (const JobDocument::Entry* preset = document_.entry("space", "preset");
        preset != nullptr && given("space", "family") && preset->value != "") {
      const std::string& of = find_preset(preset->value.get<std::string>())->definition.family;
      if (of != own.name)
        wrong("space", "family",
              "is " + own.name + ", but preset " + preset->value.get<std::string>() + " is of " + of +
                  "; delete one of them");
    }
    std::map<std::string, std::string> owners;  // of keys that this family has not
    for (const Family* other : families())
      for (const FamilySetting& setting : other->settings) {
        if (!given("space", setting.key) || has(own, setting.key)) continue;
        std::string& names = owners[setting.key];
        names.append(names.empty() ? "" : " and ").append(other->name);
      }
    for (const auto& [key, names] : owners)
      wrong("space", key.c_str(),
            "is for " + names + ", but the family is " + own.name + "; delete this key");
  }

  std::optional<NetworkId> space_size() {
    try {
      return Space(job_.space).count();
    } catch (const Error& error) {
      wrong_space(error.what());
      return std::nullopt;
    }
  }

  // What goes through all networks, where they are too many for that.
  void uncountable() {
    const char* reason =
        "goes through all networks of the space, and 2^63 or more are too many for that; delete "
        "it: `flash exact` proves the best of any number";
    if (std::ranges::find(job_.search.methods, "exhaustive") != job_.search.methods.end())
      wrong("search", "methods", std::string("method exhaustive ") + reason);
    if (job_.sweep.histograms) wrong("sweep", "histograms", reason);
    if (job_.sweep.pareto)
      wrong(
          "sweep", "pareto",
          "is for spaces of fewer than 2^63 networks: of this one the fronts may outgrow time and memory; delete "
          "it: `flash exact --pareto` tries them");
  }

  // Of a space that there is. Else a run would say it behind all other stages.
  void confirmed_networks() {
    const Space space(job_.space);
    for (const std::string& text : job_.confirm.named) try {
        named_trainable(space, text);
      } catch (const Error& error) {
        wrong("confirm", "named", error.what());
        return;
      }
  }

  void reading() {
    if (given("predictor", "reading") &&
        find_score(*geometry_of(job_.space), score_of(job_.reading)) == nullptr)
      wrong("predictor", "reading",
            "is for families with NN-Degree, and " + job_.space.family + " has none; delete this key");
  }

  // Without either key a small space is no error: there are just fewer networks.
  void count(const char* section, int count, int holdout, NetworkId size) {
    const char* key = given(section, "count") ? "count" : "holdout";
    const std::int64_t wanted = std::int64_t{count} + holdout;
    if (!given(section, key) || static_cast<NetworkId>(wanted) <= size) return;
    wrong(section, key,
          "count = " + std::to_string(count) + " and holdout = " + std::to_string(holdout) +
              " want more networks than the " + id_text(size) + " of the space");
  }

  void data_files() {
    const Source& source = source_of(job_.data);
    files(source, "train", job_.data.train.size());
    if (job_.data.test_share == 0) return files(source, "test", job_.data.test.size());
    const char* alone = "takes the test images out of data.train: ";
    if (draws_images(source))
      wrong("data", "test_share", alone + ("source " + job_.data.source) + " draws test images of its own");
    else if (!job_.data.test.empty())
      wrong("data", "test_share", alone + std::string("delete data.test, or this key"));
    else if (job_.data.test_images > 0)
      wrong("data", "test_images", "cannot be set with data.test_share: the share says how many there are");
  }

  // What a table of accuracies leaves nothing of.
  void accuracies() {
    if (!job_.accuracies.known()) {
      for (const char* key : {"network_columns", "accuracy_column"})
        if (changed("train", key))
          wrong("train", key, "is for a table of accuracies; set train.table, or delete this key");
      if (job_.search.on_table)
        wrong("search", "on_table", "is for a table of accuracies; set train.table, or delete this key");
      return;
    }
    if (job_.search.on_table && job_.objective.training_free)
      wrong("search", "on_table",
            "takes accuracies, which objective.training_free leaves out; delete one of them");
    if (job_.search.on_table && !job_.models_file.empty())
      wrong("search", "on_table",
            "takes the accuracies of train.table, and models.file has its own; delete one of them");
    const std::string one = "train.table has one accuracy a network, and nothing is trained; delete this key";
    if (job_.sample.repeats > 0) wrong("sample", "repeats", one);
    if (given("confirm", "seeds") && job_.confirm.seeds > 1) wrong("confirm", "seeds", one);
    if (job_.confirm.keep != "none")
      wrong("confirm", "keep", "has no weights to keep: with train.table nothing is trained");
  }

  void image_form() {
    const DataSource& data = job_.data;
    const Source& source = source_of(data);
    const DataShape known = source.known_shape(data);
    if (draws_images(source)) {
      drawn_side(source);
      image_count("train_images", data.train_images, known.classes);
      image_count("test_images", data.test_images, known.classes);
    } else if (!takes_side(source)) {
      own_form("side", data.side, known.side);
      own_form("channels", data.channels, known.channels);
    }
  }

  void objective() {
    if (job_.objective.is_sum()) return exponents_beside_sum();
    const auto is_zero = [](double exponent) { return exponent == 0; };
    if (is_zero(job_.objective.accuracy) && std::ranges::all_of(job_.objective.metric, is_zero)) {
      wrong("objective", "accuracy", "all exponents are 0, so that every network is worth the same");
    }
  }

  // At its default, as in the sample job, one does no harm.
  void exponents_beside_sum() {
    std::vector<std::string> keys{"accuracy", "devices", "interval"};
    for (const Metric metric : plain_metrics) keys.emplace_back(name(metric));
    for (const std::string& key : keys)
      if (changed("objective", key))
        wrong("objective", key,
              "is an exponent, and objective.sum leaves none: write its weight there, or delete a key");
  }

  void accuracy_min() {
    const double min = job_.constraints.accuracy_min;
    if (std::isinf(min) || job_.objective.training_free || min < 1) return;
    wrong("constraints", "accuracy_min",
          "is " + shown(min) +
              "; an accuracy is below 1, unless objective.training_free makes it an NN-Degree "
              "(allowed: 0 < x < 1)");
  }

  // Keys of another target than the job's, which would do nothing; at its default, as in the sample job, one
  // does no harm.
  void target_keys() {
    for (const Target* owner : targets()) {
      if (owner->name() == job_.hardware.target) continue;
      for (const OptionOf<Target>& option : owner->options()) {
        if (changed("hardware", option.key))
          wrong("hardware", option.key,
                "is for the target " + std::string(owner->name()) + ", not " + job_.hardware.target +
                    "; delete this key");
      }
    }
  }

  void target() {
    job_.hardware.setup().check(job_.space, [this](const std::string& key, const std::string& what) {
      wrong("hardware", key, what);
    });
  }

  // Fitted models may be of another target, so that only the search can tell.
  void metrics() {
    if (!job_.models_file.empty()) return;
    const Target& target = job_.hardware.setup();
    const auto has_no = [&](Metric metric) {
      return "the target " + job_.hardware.target + " has no " + in_words(metric);
    };
    for (const Metric metric : fitted_metrics()) {
      if (target.can_measure(metric) || job_.proxy.models(metric)) continue;
      const bool of_device = !device_of(metric).empty();
      const std::string key = of_device ? "devices" : ceiling_key(metric);
      if (of_device ? std::isfinite(job_.constraints.metric_max[metric]) : given("constraints", key))
        wrong("constraints", key, has_no(metric) + (of_device ? device_advice() : "; delete this key"));
      if (job_.objective.metric[metric] > 0 && (job_.objective.is_sum() || is_on_device(metric)))
        wrong("objective",
              job_.objective.is_sum() ? "sum"
              : of_device             ? "devices"
                                      : std::string(name(metric)),
              has_no(metric) + (of_device ? device_advice() : "; leave it out"));
    }
  }

  void proxy() {
    const ProxySettings& proxy = job_.proxy;
    if (!proxy.active()) {
      if (given("proxy", "device") && !proxy.device.empty())
        wrong("proxy", "device",
              "names a device, but proxy.devices is empty; delete this key, or name devices there");
      return;
    }
    if (job_.hardware.target == "table")
      wrong("proxy", "devices",
            "stands beside the target table, which lists its networks; for tables of devices there is "
            "`flash proxy`, for this key a target that measures");
    if (!proxy.device.empty() &&
        std::ranges::find(proxy.devices, proxy.device, &NamedDevice::name) == proxy.devices.end())
      wrong("proxy", "device", "is " + shown(proxy.device) + ", which is none of proxy.devices");
    if (proxy.budget < proxy.first)
      wrong(
          "proxy", "budget",
          "is " + std::to_string(proxy.budget) + ", less than proxy.first = " + std::to_string(proxy.first));
    if (proxy.networks < proxy.budget)
      wrong("proxy", "networks",
            "is " + std::to_string(proxy.networks) + ", less than proxy.budget = " +
                std::to_string(proxy.budget) + ": what the target measures is among them");
  }

  void wrong_space(std::string what);

 private:
  void files(const Source& source, const char* key, std::size_t count) {
    const PathRule rule = source.paths();
    if (count >= rule.least && count <= rule.most) return;
    const std::string whose = "the source " + std::string(source.name());
    if (draws_images(source))
      return wrong("data", key, whose + " reads no files; delete this key or set source");
    wrong("data", key,
          whose + " needs " + rule.needs + ", " + key + " = " + rule.example +
              (count == 0 ? "; the key is missing" : "; not " + std::to_string(count) + " paths"));
  }

  void drawn_side(const Source& source) {
    const SideRange sides = source.sides();
    if (job_.data.side >= sides.least && job_.data.side <= sides.most) return;
    const std::string least = std::to_string(sides.least), most = std::to_string(sides.most);
    wrong("data", "side",
          "is " + std::to_string(job_.data.side) + "; " + std::string(source.name()) + " are " + least +
              " to " + most + " pixels wide (allowed: " + least + " .. " + most + ")");
  }

  // Of images that are drawn, classes in turn.
  void image_count(const char* key, int count, int classes) {
    if (count == 0 || count >= classes) return;
    const std::string least = std::to_string(classes);
    wrong("data", key,
          "is " + std::to_string(count) + ", but " + job_.data.source + " has " + least +
              " classes (allowed: 0, or " + least + " or more)");
  }

  // Side or channels, where the source has its own: `known`, or 0 where the files tell.
  void own_form(const char* key, int value, int known) {
    if (!given("data", key) || value == known) return;
    wrong("data", key,
          "is for " + source_names("and", takes_side) + "; images of " + job_.data.source +
              " have their own; delete this key");
  }
};

// A space's errors begin with "space: " and often with the name of what is wrong: "wm must be ...".
void Checker::wrong_space(std::string what) {
  const std::string prefix = "space: ";
  if (what.starts_with(prefix)) what.erase(0, prefix.size());
  // The definition's skips.min is the file's skip_min.
  for (const FamilySetting& setting : find_family(job_.space.family)->settings) {
    std::string path = setting.path.substr(1);
    std::ranges::replace(path, '/', '.');
    if (path == setting.key) continue;
    for (std::size_t at = 0; (at = what.find(path, at)) != std::string::npos; at += setting.key.size())
      what.replace(at, path.size(), setting.key);
  }
  const std::string first = what.substr(0, what.find_first_of(" ,"));
  if (given("space", first.c_str())) {
    wrong("space", first.c_str(), what);
  } else {
    errors_.add(document_.line("space"), "space", what);
  }
}

}  // namespace

void check_space(const Job& job, const JobDocument& document, JobErrors& errors) {
  Checker(job, document, errors).space_size();
}

void check_job(const Job& job, const JobDocument& document, JobErrors& errors) {
  Checker check(job, document, errors);
  if (errors.clean("data")) {
    if (!job.accuracies.known() || !job.data.train.empty()) check.data_files();
    check.image_form();
  }
  if (errors.clean("space") && errors.clean("data")) {
    check.family();
    // What keys of another family make of a space is not worth a word.
    if (const auto size = errors.clean("space") ? check.space_size() : std::nullopt) {
      check.reading();
      if (*size >= NetworkId{1} << 63) check.uncountable();
      if (errors.clean("confirm") && !job.confirm.named.empty()) check.confirmed_networks();
      if (errors.clean("compress")) check_compressed_networks(job, document, errors);
      if (errors.clean("sample")) check.count("sample", job.sample.count, job.sample.holdout, *size);
      if (errors.clean("hardware")) check.count("hardware", job.hardware.count, job.hardware.holdout, *size);
    }
  }
  if (errors.clean("train") && errors.clean("sample") && errors.clean("confirm")) check.accuracies();
  if (errors.clean("train") && errors.clean("hardware") && errors.clean("compress") && errors.clean("refine"))
    check_accuracy_on(job, document, errors);
  if (errors.clean("compress")) check_compression(job, document, errors);
  if (errors.clean("objective")) check.objective();
  if (errors.clean("objective") && errors.clean("constraints")) check.accuracy_min();
  if (errors.clean("hardware")) check.target_keys();
  if (errors.clean("hardware") && errors.clean("proxy")) check.proxy();
  if (errors.clean("hardware") && errors.clean("space")) check.target();
  if (errors.clean("hardware") && errors.clean("proxy") && errors.clean("constraints") &&
      errors.clean("objective") && errors.clean("models"))
    check.metrics();
}

void require_measurable(const Job& job) {
  JobErrors errors(job.path.string());
  if (const Target::Unfit unfit = job.hardware.setup().why_unfit(); !unfit.why.empty())
    errors.add(read_document(job.text, job.path, job_file_kind).line("hardware", unfit.key),
               "hardware." + unfit.key, unfit.why);
  for (const Metric metric : fitted_metrics()) {
    const bool bounded = std::isfinite(job.constraints.metric_max[metric]);
    const bool needs = job.objective.is_sum() || is_on_device(metric);
    const bool minimised = minimises(job, metric);
    if (!bounded && !minimised && !(needs && job.objective.metric[metric] > 0)) continue;
    if (job.proxy.models(metric)) continue;
    const std::string reason = job.hardware.setup().why_unbounded(metric, !job.models_file.empty());
    if (reason.empty()) continue;
    const std::string section = bounded ? "constraints" : minimised ? "compress" : "objective";
    const std::string key = minimised && !bounded        ? "minimise"
                            : !device_of(metric).empty() ? "devices"
                            : bounded                    ? ceiling_key(metric)
                            : job.objective.is_sum()     ? "sum"
                                                         : std::string(name(metric));
    errors.add(read_document(job.text, job.path, job_file_kind).line(section, key), section + "." + key,
               reason);
  }
  errors.throw_if_any();
}

}  // namespace flash
