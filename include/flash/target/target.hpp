// What networks are measured on. A target is one file in src/target, and one line in targets.inc.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flash/config/option.hpp"
#include "flash/core/json.hpp"
#include "flash/hardware/features.hpp"
#include "flash/hardware/layer_form.hpp"
#include "flash/hardware/metric.hpp"
#include "flash/space/space.hpp"
#include "flash/task/chip_arithmetic.hpp"
#include "flash/task/task_inputs.hpp"

namespace flash {

// A file that a target's settings name, "" where they name none.
struct TargetFile {
  std::string key;  // of section hardware: "design"
  std::filesystem::path path;
};

// A network as the hardware models see it.
struct NetworkFeatures {
  std::optional<Point> point;  // nothing where the network is known by its features alone
  std::vector<double> values;  // in the order of Target::features
};

// A setting that fitted models were made with, and the job's own.
struct SettingPair {
  std::string what;  // "hardware.batch"
  Json theirs, ours;
  bool digests = false;  // which say nothing to people
};

// A target as a job sets it up; targets() has each as it is where a job says nothing.
class Target {
 public:
  virtual ~Target() = default;
  virtual std::unique_ptr<Target> clone() const = 0;

  virtual std::string_view name() const = 0;         // "host"
  virtual std::string_view description() const = 0;  // within a sentence: "this machine (latency)"

  std::filesystem::path job_file;  // whose folder paths are relative to

  // --- The job's settings

  // Its own keys of section hardware; they set a target of this name.
  virtual std::vector<OptionOf<Target>> options() const = 0;
  // What no single key can tell: calls `wrong` with a key and what is wrong with it.
  using Wrong = std::function<void(const std::string& key, const std::string& what)>;
  virtual void check(const SpaceDefinition&, const Wrong&) const {}
  // Whether it may have the metric at all, whatever its files hold.
  virtual bool can_measure(Metric metric) const { return !is_on_device(metric); }

  virtual std::vector<TargetFile> files() const { return {}; }
  // Reads them. Returns what is to be said of them, a line each. Throws Error as what reads them.
  virtual std::vector<std::string> read_files(const SpaceDefinition&) { return {}; }

  // --- What it measures, once its files are read

  virtual bool measures(Metric) const = 0;
  // Why the job must not bound a metric; "": it may. `has_models`: it names fitted models, of whatever target.
  virtual std::string why_unbounded(Metric, bool has_models) const = 0;

  // Why nothing can be fitted to what it measures, whose files are read, of the key that is at fault; "": it can.
  struct Unfit {
    std::string key, why;
  };
  virtual Unfit why_unfit() const { return {}; }

  // The only networks that there are measurements of, by their tasks' ids; nothing: any of the space.
  virtual std::optional<std::vector<NetworkId>> listed(const Space&) const { return std::nullopt; }

  // --- The task of measuring a network

  // Its input as JSON, all of which the result depends on, with the name of its kind (task_kind.hpp) as
  // "kind". It returns the metrics by their keys: {"latency_ms": 1.5, ...}.
  virtual Json task(const Space& space, NetworkId id, std::uint64_t seed) const = 0;
  // The same of a network that was found, to which it may add what models are not fitted to.
  virtual Json task_of_found(const Space& space, NetworkId id, std::uint64_t seed) const {
    return task(space, id, seed);
  }
  virtual double cost(const Space& space, NetworkId id) const;  // by default the network's MACs
  // Whether ranks on one host would disturb each other: tasks then run one a host, within the time limit.
  virtual bool runs_here() const { return false; }
  // What the tasks of all networks are made from.
  virtual std::vector<TaskInput> inputs(const SpaceDefinition& space, std::uint64_t seed) const = 0;

  // Whether modelled() tells something.
  virtual bool has_model() const { return false; }
  // Of a target with a model: bits of a weight of the networks that are measured, which are not compressed.
  virtual int dense_bits() const { return 32; }
  // What a network costs whose layers are stored in these forms; a metric that is not modelled is NaN. Nothing
  // where the target has no model but measures, or reads, what networks cost. Throws Error as the model does.
  virtual std::optional<Measurement> modelled(const NetworkGraph&, std::span<const LayerForm>) const {
    return std::nullopt;
  }

  // How it computes a network's products, once its files are read, where that may cost accuracy; nothing: as exactly as
  // the training does, as far as is modelled.
  virtual bool has_arithmetic() const { return false; }
  virtual std::optional<ChipArithmetic> arithmetic() const { return std::nullopt; }

  // --- The fit

  virtual std::optional<Tiling> tiling() const { return std::nullopt; }
  virtual std::vector<std::string> features(const Space& space) const;
  virtual NetworkFeatures network(const Space& space, NetworkId id) const;
  virtual std::size_t least_networks() const { return 4; }  // to be fitted to

  // --- Where models come from

  virtual Json provenance() const = 0;  // an object, kept with models
  // By key what its files hold, whatever they are called; null where one is not there.
  virtual Json file_digests() const { return Json::object(); }
  // Of fitted models what could differ: `hardware` and `fitted_from` are parts of their provenance.
  virtual std::vector<SettingPair> compared(const Json& hardware, const Json& fitted_from) const = 0;

  // --- The archive

  // What a network was measured on, by a task's result (null: what the settings alone say), in the words that
  // tell it from others of its kind: a processor, a design of a chip; "": unknown. By default the target's
  // name.
  virtual std::string device(const Json&) const { return std::string(name()); }
  virtual Json attributes() const = 0;  // of the table of measurements: integers and texts
  // Whether results break networks down: "layers", "energy_by_part_mj", "area_by_part_mm2".
  virtual bool reports_layers() const { return false; }
};

// Of a provenance, which is free form; null where there is no such member, or no object.
inline Json member_or_null(const Json& json, const std::string& key) {
  return json.is_object() && json.contains(key) ? json[key] : Json(nullptr);
}

// The one list.
std::span<const Target* const> targets();

// Every target as a job sets it up.
class Targets {
 public:
  Targets();
  Targets(const Targets& other);
  Targets& operator=(const Targets& other);
  Targets(Targets&&) = default;
  Targets& operator=(Targets&&) = default;

  std::size_t size() const { return targets_.size(); }
  Target& operator[](std::size_t index) { return *targets_[index]; }
  const Target& operator[](std::size_t index) const { return *targets_[index]; }
  // Throws Error internal where none is called so.
  Target& named(std::string_view name);
  const Target& named(std::string_view name) const;

 private:
  std::vector<std::unique_ptr<Target>> targets_;
};

}  // namespace flash
