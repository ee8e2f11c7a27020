// flash space, describe, options.
#include <algorithm>
#include <map>

#include "command_options.hpp"
#include "commands.hpp"
#include "flash/core/error.hpp"
#include "flash/digital/design.hpp"
#include "flash/hardware/graph_costs.hpp"
#include "flash/imc/parameters.hpp"
#include "flash/job/job.hpp"
#include "flash/job/options.hpp"
#include "flash/search/models.hpp"
#include "flash/space/liveness.hpp"
#include "flash/space/network_text.hpp"
#include "flash/tables/archive_tables.hpp"
#include "job_argument.hpp"
#include "output.hpp"

namespace flash {
namespace {

// The space with the data set's images where its files are there, else with those that the preset or source
// usually has.
Space space_of(const Arguments& arguments, Job& job) {
  if (!arguments.preset.empty()) {
    if (!arguments.job.empty()) throw Error(ExitCode::usage, "name a JOB or a --preset, not both");
    job = job_of_preset(arguments.preset);
    return Space(job.space);
  }
  if (arguments.job.empty()) throw Error(ExitCode::usage, "name a JOB, or a space with --preset NAME");
  job = job_argument_of(arguments).job;
  resolve_known_images(job);
  return Space(job.space);
}

// What varies: the shape's axes with their values, then each slot's. "depth" is "depth_0", ... where each
// cell has one. Of an axis without a list: the least, the step, and the most that any stratum has.
Json variables_json(const Space& space) {
  const Geometry& geometry = space.geometry();
  const auto values_of = [](const Axis& axis) {
    Json values = Json::array();
    for (std::size_t v = 0; v < axis.values.size(); ++v)
      values.push_back(axis.json(static_cast<std::int64_t>(v)));
    return values;
  };
  std::vector<Json> variables;
  for (const Axis& axis : geometry.shape_axes()) variables.push_back({{"values", values_of(axis)}});
  std::map<std::pair<std::size_t, std::string>, std::int64_t> most;  // options
  for (const Stratum& stratum : space.strata())
    for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot)
      for (const Axis& axis : geometry.slot_axes(stratum.slots[slot].kind)) {
        std::int64_t& options = most[{slot, axis.name}];
        options = std::max(options, stratum.options[slot]);
      }
  const Stratum& widest = *std::ranges::max_element(space.strata(), {}, &Stratum::cells);
  for (std::size_t slot = 0; slot < widest.slots.size(); ++slot)
    for (const Axis& axis : geometry.slot_axes(widest.slots[slot].kind)) {
      if (axis.listed()) {
        variables.push_back({{"values", values_of(axis)}});
        continue;
      }
      const std::int64_t last = most[{slot, axis.name}] - 1;
      variables.push_back({{"min", axis.json(0)}, {"step", axis.step}, {"max", axis.json(last)}});
    }
  Json json = Json::array();
  const std::vector<NetworkColumn> columns = network_columns(space);
  for (std::size_t v = 0; v < variables.size(); ++v) {
    json.push_back({{"name", columns[v].name}});
    json.back().update(variables[v]);
  }
  return json;
}

int perform_space(const Arguments& arguments) {
  Job job;
  const Space space = space_of(arguments, job);
  Json json{{"size", id_json(space.count())},
            {"strata", space.strata().size()},
            {"axes", variables_json(space)},
            {"variables", variables_json(space)},  // as earlier versions call it
            {"definition", to_json(space.definition())}};
  if (arguments.json) {
    print(json);
    return 0;
  }
  print("size    " + id_text(space.count()) + "\nstrata  " + std::to_string(space.strata().size()) + "\n");
  for (const Json& variable : json["variables"]) print(variable.dump() + "\n");
  return 0;
}

int perform_describe(const Arguments& arguments) {
  Job job;
  const Space space = space_of(arguments, job);
  const Point point = space.point(chosen_network(arguments, space));
  const Counts counts = space.counts(point);
  Json json{{"id", id_json(space.id(point))}, {"network", network_text(space, point)}};
  json.update(network_json(space, point));
  if (score_of(job.reading) != job.reading)  // it reads NN-Degree, not another score of the family
    json["nn_degree"] = space.score(score_of(job.reading), point);
  for (const Score* score : space.geometry().scores())
    json[score->name()] = space.score(score->name(), point);
  json["parameters"] = counts.parameters;
  json["macs"] = counts.macs;
  json["peak_memory_kib"] = exact_value(Metric::peak_memory, space, point);
  json["traffic"] = counts.traffic;
  json["layers"] = counts.layers;
  if (const std::string text = foreign_text(space, point); !text.empty()) json["also_written"] = text;
  if (const std::string note = liveness_text(space, point); !note.empty()) json["note"] = note;
  if (arguments.json) {
    print(json);
    return 0;
  }
  if (!space.numbered()) json.erase("id");
  for (const auto& [name, value] : json.items()) {
    print(padded(name, 20) + value.dump() + "\n");
  }
  return 0;
}

int perform_options(const Arguments& arguments) {
  if (arguments.archive) {
    arguments.json ? print(archive_schema_json()) : print(archive_schema_text());
    return 0;
  }
  const RegistryInfo& registry = arguments.imc       ? static_cast<const RegistryInfo&>(imc_parameters())
                                 : arguments.digital ? static_cast<const RegistryInfo&>(digital_parameters())
                                                     : options();
  if (arguments.json) {
    print(registry.json());
  } else {
    print(arguments.sample ? registry.sample() : registry.text());
  }
  return 0;
}

}  // namespace

Command space_command() {
  return {"space", "Size, strata and variables of a job's space", "flash space jobs/flash63b.toml --json",
          [](CLI::App* sub, Arguments& arguments) { job_or_preset(sub, arguments); }, perform_space};
}

Command describe_command() {
  return {"describe", "One configuration: NN-Degree, NN-Mass, parameters, MACs, peak memory",
          "flash describe jobs/flash63b.toml --network \"wm=2 depth=9 tc=3,0,12\"",
          [](CLI::App* sub, Arguments& arguments) {
            job_or_preset(sub, arguments);
            network_options(sub, arguments);
          },
          perform_describe};
}

Command options_command() {
  return {"options", "All options of a job file", "flash options --sample > my-job.toml",
          [](CLI::App* sub, Arguments& arguments) {
            sub->add_flag("--sample", arguments.sample,
                          "Print a documented job file with every option at its default");
            sub->add_flag("--imc", arguments.imc,
                          "The constants of the imc target, with their sources; with --sample its file");
            sub->add_flag("--digital", arguments.digital, "The constants of the digital target, likewise")
                ->excludes("--imc");
            sub->add_flag("--archive", arguments.archive,
                          "The tables of an archive instead, column by column")
                ->excludes("--sample", "--imc", "--digital");
          },
          perform_options};
}

}  // namespace flash
