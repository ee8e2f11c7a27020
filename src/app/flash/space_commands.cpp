// flash space, describe, options.
#include "commands.hpp"
#include "flash/core/error.hpp"
#include "flash/imc/parameters.hpp"
#include "flash/job/archive_tables.hpp"
#include "flash/job/job.hpp"
#include "flash/job/options.hpp"
#include "flash/topology/costs.hpp"
#include "flash/topology/nn_degree.hpp"
#include "output.hpp"

namespace flash {
namespace {

// The space with the data set's images where its files are there, else with those that the preset or source
// usually has.
Space space_of(const Arguments& arguments, Job& job) {
  job = read_job(arguments.job);
  resolve_known_images(job);
  return Space(job.space);
}

Json variables_json(const SpaceDefinition& definition) {
  Json variables = Json::array();
  variables.push_back({{"name", "wm"}, {"values", definition.wm}});
  if (definition.depth_mode == DepthMode::equal) {
    variables.push_back({{"name", "depth"}, {"values", definition.depths}});
  } else {
    for (std::size_t c = 0; c < definition.widths.size(); ++c) {
      variables.push_back({{"name", "depth_" + std::to_string(c)}, {"values", definition.depths}});
    }
  }
  for (std::size_t c = 0; c < definition.widths.size(); ++c) {
    Json tc{
        {"name", "tc_" + std::to_string(c)}, {"min", definition.skips.min}, {"step", definition.skips.step}};
    tc["max"] = definition.skips.max < 0 ? Json("w * (d - 2)") : Json(definition.skips.max);
    variables.push_back(std::move(tc));
  }
  return variables;
}

}  // namespace

int space_command(const Arguments& arguments) {
  Job job;
  const Space space = space_of(arguments, job);
  Json json{{"size", space.size()},
            {"strata", space.strata().size()},
            {"variables", variables_json(space.definition())},
            {"definition", to_json(space.definition())}};
  if (arguments.json) {
    print(json);
    return 0;
  }
  print("size    " + std::to_string(space.size()) + "\nstrata  " + std::to_string(space.strata().size()) +
        "\n");
  for (const Json& variable : json["variables"]) print(variable.dump() + "\n");
  return 0;
}

int describe_command(const Arguments& arguments) {
  Job job;
  const Space space = space_of(arguments, job);
  const Configuration configuration = space.configuration(arguments.id);
  const Costs costs = network_costs(space, configuration);
  Json json{{"id", arguments.id}};
  json.update(configuration_json(space, arguments.id));
  json["nn_degree"] = nn_degree(space, configuration, job.reading);
  json["nn_degree_links"] = nn_degree(space, configuration, DegreeReading::links);
  json["nn_degree_channels"] = nn_degree(space, configuration, DegreeReading::channels);
  json["nn_mass"] = nn_mass(space, configuration);
  json["parameters"] = costs.parameters;
  json["macs"] = costs.macs;
  json["traffic"] = costs.traffic;
  json["layers"] = costs.layers;
  if (arguments.json) {
    print(json);
    return 0;
  }
  for (const auto& [name, value] : json.items()) {
    print(padded(name, 20) + value.dump() + "\n");
  }
  return 0;
}

int options_command(const Arguments& arguments) {
  if (arguments.archive) {
    if (arguments.json)
      print(archive_schema_json());
    else
      print(archive_schema_text());
  } else if (arguments.json) {
    print(arguments.imc ? imc_parameters_json() : options_json());
  } else if (arguments.imc) {
    print(arguments.sample ? sample_imc_design() : imc_parameters_text());
  } else {
    print(arguments.sample ? sample_job() : options_text());
  }
  return 0;
}

}  // namespace flash
