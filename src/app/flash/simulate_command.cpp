// flash simulate: one network on the imc chip, layer by layer and part by part.
#include <cstdio>
#include <string>

#include "command_options.hpp"
#include "commands.hpp"
#include "flash/findings/plan.hpp"
#include "flash/imc/chip_map.hpp"
#include "flash/job/job.hpp"
#include "flash/target/imc_target.hpp"
#include "job_argument.hpp"
#include "output.hpp"

namespace flash {
namespace {

std::string line(const std::string& name, double value, double total, const char* unit) {
  char text[128];
  std::snprintf(text, sizeof text, "  %-14s %12.5g %-3s %5.1f %%\n", name.c_str(), value, unit,
                total > 0 ? 100 * value / total : 0.0);
  return text;
}

void print_simulation(const ImcReport& report) {
  char text[256];
  std::snprintf(
      text, sizeof text,
      "latency %.6g ms, energy %.6g mJ, area %.6g mm2\n%lld tiles on a mesh of %d x %d, %lld crossbars, "
      "utilisation %.1f %%\n",
      report.measurement[Metric::latency], report.measurement[Metric::energy],
      report.measurement[Metric::area], static_cast<long long>(report.tiles), report.mesh_side,
      report.mesh_side, static_cast<long long>(report.crossbars), 100 * report.utilisation);
  print(std::string(text));
  std::snprintf(
      text, sizeof text,
      "clock %.4g ns; layers overlapping, an image every %.6g ms (%.4g a second): layer %zu is the bottleneck\n",
      report.period_ns, report.interval_ms, 1e3 / report.interval_ms, report.bottleneck);
  print(std::string(text));
  if (report.over_limit)
    print(std::string("the chip without copies is larger than tile.area_limit_mm2: no layer is copied\n"));
  if (const Placement& placement = report.placement; !placement.spots.empty()) {
    std::snprintf(text, sizeof text,
                  "placement annealed: %lld flit-hops, %lld in order, no placement has fewer than %lld\n",
                  static_cast<long long>(placement.after), static_cast<long long>(placement.before),
                  static_cast<long long>(placement.bound));
    print(std::string(text));
  }
  print(std::string(report.options.exact_network ? "communication flit by flit\n" : "") + "energy\n");
  for (std::size_t i = 0; i < energy_parts; ++i)
    print(line(std::string(name(static_cast<EnergyPart>(i))), report.energy[i],
               report.measurement[Metric::energy], "mJ"));
  print(std::string("area\n"));
  for (std::size_t i = 0; i < area_parts; ++i)
    print(line(std::string(name(static_cast<AreaPart>(i))), report.area[i], report.measurement[Metric::area],
               "mm2"));
  print(std::string(
      "layers\n  cell layer part  tiles  used %  copies   compute cycles      load cycles  communication  "
      "busiest link flits\n"));
  for (const ImcLayer& layer : report.layers) {
    std::snprintf(text, sizeof text, "  %4d %5d %4d %6lld %7.1f %7lld %16lld %16lld %14lld %19lld\n",
                  layer.cell, layer.index, layer.part, static_cast<long long>(layer.tiles),
                  100 * layer.utilisation, static_cast<long long>(layer.copies * layer.whole_copies),
                  static_cast<long long>(layer.compute_cycles), static_cast<long long>(layer.load_cycles),
                  static_cast<long long>(layer.communication_cycles),
                  static_cast<long long>(layer.traffic.most.flits));
    print(std::string(text));
  }
}

int perform_simulate(const Arguments& arguments) {
  Job job = job_argument_of(arguments).job;
  resolve_known_images(job);
  ImcTarget target = dynamic_cast<const ImcTarget&>(job.hardware.targets.named("imc"));
  if (!arguments.design.empty()) target.design_file = arguments.design;
  read_target_files(job, target);
  const Space space(job.space);
  const NetworkId id = chosen_network(arguments, space);
  const std::string& placer = arguments.placer.empty() ? target.placer : arguments.placer;
  const NetworkGraph graph = space.lower(space.point(id), network_seed(job, "calibrate", id));
  const ImcReport report =
      simulate(target.design, graph, {},
               {.placer = placer == name(Placer::anneal) ? Placer::anneal : Placer::in_order,
                .exact_network = arguments.noc == "exact"});
  if (arguments.json) {
    Json json{{"id", id_json(id)}};
    json.update(to_json(report));
    json["chip"] = chip_map(target.design, graph, report);
    json["design"] = to_json(target.design);
    print(json);
  } else {
    print_simulation(report);
  }
  return 0;
}

}  // namespace

Command simulate_command() {
  return {"simulate", "One configuration on the imc chip, layer by layer and part by part",
          "flash simulate jobs/flash63b.toml --id 17 --design data/targets/imc-32nm.toml",
          [](CLI::App* sub, Arguments& arguments) {
            job_argument(sub, arguments);
            network_options(sub, arguments);
            text_option(sub, "--design", arguments.design, "The chip (TOML) instead of the job's");
            sub->add_option("--noc", arguments.noc,
                            "Communication by a formula, or exact: flit by flit, which takes longer")
                ->check(CLI::IsMember({"formula", "exact"}));
            sub->add_option("--placer", arguments.placer,
                            "Where tiles stand: in order of the layers, or annealed; else as the job says")
                ->check(CLI::IsMember({"in_order", "anneal"}));
          },
          perform_simulate};
}

}  // namespace flash
