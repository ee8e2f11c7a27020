#include "flash/hardware/metric.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/hardware/file_bytes.hpp"
#include "flash/hardware/interval.hpp"

namespace flash {
namespace {

struct Facts {
  std::string name;
  std::string unit;
  std::string key;
  bool has_maximum = false;
  Metric kind{};
  std::string device{};
};

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

// Names of devices are met while jobs, models and tables are read, by whatever thread; once there, a metric never
// changes, so that who has one reads its facts without a lock.
class KnownMetrics {
 public:
  KnownMetrics() {
    add({"latency", "ms", "latency_ms"});
    add({"energy", "mJ", "energy_mj"});
    add({"area", "mm2", "area_mm2"});
    add({"parameters", "1", "parameters"});
    add({"macs", "1", "macs"});
    add({"peak_memory", "KiB", "peak_memory_kib", true});
    list();
  }

  const Facts& facts(Metric metric) const { return facts_[static_cast<std::size_t>(metric)]; }
  const std::vector<Metric>& all() const { return *lists_.load()->all; }
  const std::vector<Metric>& fitted() const { return *lists_.load()->fitted; }

  // A metric of no device that is there from the first time that somebody asks for it.
  Metric on_demand(const Facts& asked) {
    const std::lock_guard lock(mutex_);
    for (const Metric m : all())
      if (facts(m).name == asked.name) return m;
    if (count_ == most_metrics)
      throw Error(ExitCode::usage, asked.name + ": there are metrics on devices already, as many as may be");
    add(asked);
    list();
    return static_cast<Metric>(count_ - 1);
  }

  Metric on(Metric kind, std::string_view device) {
    const std::lock_guard lock(mutex_);
    for (const Metric m : all())
      if (facts(m).kind == kind && facts(m).device == device) return m;
    if (count_ == most_metrics)
      throw Error(ExitCode::usage,
                  "metrics on devices: more than " + std::to_string(most_metrics - plain_metrics.size()) +
                      " at once; name fewer devices, '" + std::string(device) + "' is one too many");
    Facts made{facts(kind).name, facts(kind).unit, facts(kind).key};
    for (std::string* text : {&made.name, &made.key}) text->append("@").append(device);
    made.device = device;
    add(std::move(made));
    facts_[count_ - 1].kind = kind;
    list();
    return static_cast<Metric>(count_ - 1);
  }

 private:
  struct Lists {
    std::shared_ptr<const std::vector<Metric>> all, fitted;
  };

  void add(Facts facts) {
    facts.kind = static_cast<Metric>(count_);
    facts_[count_++] = std::move(facts);
  }

  // A new list beside the earlier ones, which somebody may be going through.
  void list() {
    std::vector<Metric> all;
    for (std::size_t i = 0; i < count_; ++i) all.push_back(static_cast<Metric>(i));
    std::sort(all.begin() + plain_metrics.size(), all.end(), [this](Metric a, Metric b) {
      return std::tie(facts(a).device, facts(a).kind) < std::tie(facts(b).device, facts(b).kind);
    });
    std::vector<Metric> fitted = all;
    std::erase_if(fitted, is_exact);
    made_.push_back({std::make_shared<const std::vector<Metric>>(std::move(all)),
                     std::make_shared<const std::vector<Metric>>(std::move(fitted))});
    lists_ = &made_.back();
  }

  std::array<Facts, most_metrics> facts_;
  std::size_t count_ = 0;
  std::deque<Lists> made_;
  std::atomic<const Lists*> lists_ = nullptr;
  std::mutex mutex_;
};

KnownMetrics& known() {
  static KnownMetrics metrics;
  return metrics;
}

constexpr std::string_view interval_name = "interval", interval_key = "interval_ms";

// "latency@pixel3" by names, "latency_ms@pixel3" by keys.
template <class Text>
std::optional<Metric> find(std::string_view text, std::string_view of_interval, const Text& text_of) {
  if (text == "file_bytes") return file_bytes();
  if (text == of_interval) return interval();
  const std::size_t at = text.find('@');
  const auto kind = std::ranges::find(plain_metrics, text.substr(0, at), text_of);
  if (kind == plain_metrics.end()) return std::nullopt;
  if (at == std::string_view::npos) return *kind;
  return metric_on(*kind, text.substr(at + 1));
}

}  // namespace

std::string why_no_device(std::string_view device) {
  if (device.empty()) return "is empty";
  const auto odd = std::ranges::find_if_not(device, is_of_name);
  if (odd == device.end()) return "";
  const auto begins_letter = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  };  // in UTF-8
  std::string why("holds '");
  why.append(odd, std::find_if(odd + 1, device.end(), begins_letter));
  return why.append("'; letters, digits, _ and . make a name");
}

Metric metric_on(Metric kind, std::string_view device) {
  if (std::ranges::find(plain_fitted_metrics, kind) == plain_fitted_metrics.end())
    throw Error(ExitCode::usage, std::string(name(kind)) + " is the same on every device: leave out '@" +
                                     std::string(device) + "'");
  if (const std::string why = why_no_device(device); !why.empty())
    throw Error(ExitCode::usage, "the name of a device, '" + std::string(device) + "', " + why);
  return known().on(kind, device);
}

Metric file_bytes() { return known().on_demand({"file_bytes", "B", "file_bytes"}); }

Metric interval() {
  return known().on_demand(
      {std::string(interval_name), "ms", std::string(interval_key), /*has_maximum=*/true});
}
bool is_interval(Metric metric) { return name(metric) == interval_name; }

Metric kind_of(Metric metric) { return known().facts(metric).kind; }
std::string_view device_of(Metric metric) { return known().facts(metric).device; }

std::span<const Metric> all_metrics() { return known().all(); }
std::span<const Metric> fitted_metrics() { return known().fitted(); }

std::string_view name(Metric metric) { return known().facts(metric).name; }
std::string_view unit(Metric metric) { return known().facts(metric).unit; }
std::string_view key(Metric metric) { return known().facts(metric).key; }
bool has_maximum(Metric metric) { return known().facts(metric).has_maximum; }

std::optional<Metric> find_metric(std::string_view text) {
  return find(text, interval_name, [](Metric m) { return name(m); });
}
std::optional<Metric> find_metric_by_key(std::string_view text) {
  return find(text, interval_key, [](Metric m) { return key(m); });
}

std::string with_suffix(std::string_view text, std::string_view suffix) {
  const std::size_t at = std::min(text.find('@'), text.size());
  return std::string(text.substr(0, at)).append(suffix).append(text.substr(at));
}

std::string in_words(Metric metric) {
  std::string words(name(kind_of(metric)));
  std::ranges::replace(words, '_', ' ');
  if (!device_of(metric).empty()) words.append(" on ").append(device_of(metric));
  return words;
}

std::string ceiling_key(Metric metric) {
  const std::string_view kind = name(kind_of(metric));
  return std::string(kind).append("_max").append(key(metric).substr(kind.size()));
}

}  // namespace flash
