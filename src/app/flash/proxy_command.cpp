// flash proxy: many devices from few measurements. Its sub-commands, their arguments and examples.
#include "command_options.hpp"
#include "commands.hpp"
#include "flash/core/error.hpp"
#include "flash/devices/adaptation.hpp"
#include "proxy_commands.hpp"

namespace flash {
namespace {

template <class T>
CLI::Option* list_option(CLI::App* sub, const char* name, T& value, const char* description) {
  return sub->add_option(name, value, description)->delimiter(',')->allow_extra_args(false);
}

void table_options(CLI::App* sub, Arguments& arguments) {
  ProxyArguments& proxy = arguments.proxy;
  sub->add_option("TABLE", proxy.tables,
                  "CSV files with a row a network and a latency column a device (pixel3_ms, titanx_1_us)")
      ->required();
  CLI::Option* preset =
      text_option(sub, "--preset", proxy.preset, "Space of the networks: nasbench201, fbnet, ...");
  text_option(sub, "--job", proxy.job, "The same of a job file")->excludes(preset);
  text_option(sub, "--ids", proxy.format.id, "Column with the networks' ids (default: id, idx, index)");
  text_option(sub, "--networks", proxy.format.network,
              "Column with the networks in words (default: network, arch)");
  list_option(sub, "--operators", proxy.format.operators,
              "Columns with the operator at each place, as codes or names; * for any letters (default: e01, "
              "..., op00, ...)");
  list_option(sub, "--features", proxy.format.features,
              "Columns with numbers of the networks (default: macs, flops, parameters, traffic)");
  list_option(sub, "--devices", proxy.format.devices,
              "Columns of devices; * for any letters (default: those whose names end in a unit of time)");
  text_option(sub, "--unit", proxy.format.unit,
              "Unit of device columns whose names have none: ns, us, ms, s");
  text_option(sub, "--accuracy", proxy.format.accuracy,
              "Column of accuracies; in percent where its name ends in pct or %");
}

void blocks_option(CLI::App* sub, Arguments& arguments) {
  list_option(
      sub, "--blocks", arguments.proxy.blocks,
      "NAME=FILE: one more device, of which the file has latencies of single blocks; with --preset or --job");
}

void seed_option(CLI::App* sub, Arguments& arguments) {
  whole_option(sub, "--seed", arguments.seed, "Seed of what is drawn at random (default: 0)");
}

void target_option(CLI::App* sub, Arguments& arguments, bool required = true) {
  CLI::Option* target =
      text_option(sub, "--target", arguments.proxy.target, "Device of which few networks are measured");
  if (required) target->required();
}

void proxy_option(CLI::App* sub, Arguments& arguments) {
  text_option(sub, "--proxy", arguments.proxy.proxy,
              "Device that stands for it (default: the most central of the others)");
}

CLI::Option* sampled_option(CLI::App* sub, Arguments& arguments) {
  return text_option(
      sub, "--sampled", arguments.proxy.sampled,
      "CSV file of the networks measured on the target; with their latencies where the table has none");
}

void sample_options(CLI::App* sub, Arguments& arguments, const char* sampling) {
  CLI::Option* sampled = sampled_option(sub, arguments);
  CLI::Option* samples = whole_option(sub, "--samples", arguments.proxy.samples,
                                      "So many networks of the table stand for those measured", {.min = 1});
  samples->excludes(sampled);
  sub->add_option("--sampling", arguments.proxy.sampling,
                  std::string("How these are chosen: random or optimal (default: ") + sampling + ")")
      ->check(CLI::IsMember({"random", "optimal"}));
  sub->parse_complete_callback([sampled, samples, &arguments, sampling] {
    if (sampled->count() + samples->count() == 0) throw CLI::RequiredError("--samples or --sampled");
    if (arguments.proxy.sampling.empty()) arguments.proxy.sampling = sampling;
  });
  seed_option(sub, arguments);
}

void library_options(CLI::App* sub, Arguments& arguments) {
  CLI::Option* library =
      list_option(sub, "--library", arguments.proxy.library,
                  "Further devices to learn from, or all (default: none, the proxy alone)");
  sub->add_flag("--no-library")->description("The proxy alone, which is the default")->excludes(library);
}

void method_option(CLI::App* sub, Arguments& arguments,
                   const char* description = "raw, counts, scratch, paper or shared (default: shared)") {
  std::vector<std::string> names;
  for (const std::string_view method : adaptation_methods()) names.emplace_back(method);
  sub->add_option("--method", arguments.proxy.method, description)->check(CLI::IsMember(names));
}

void region_option(CLI::App* sub, Arguments& arguments) {
  real_option(sub, "--region", arguments.proxy.region,
              "Region of interest: points of accuracy below the best; without accuracies the fastest percent "
              "(default: 15)",
              {.min = 0, .max = 100, .open_min = true});
}

void matrix_options(CLI::App* sub, Arguments& arguments) {
  region_option(sub, arguments);
  real_option(sub, "--linkage", arguments.proxy.linkage, "Mean SRCC within a cluster (default: 0.9)",
              {.min = 0, .max = 1, .open_min = true});
  text_option(sub, "-o,--output", arguments.output, "Writes an archive, or the JSON where it ends in .json");
}

void check_options(CLI::App* sub, Arguments& arguments) {
  proxy_option(sub, arguments);
  target_option(sub, arguments);
  sample_options(sub, arguments, "random");
  real_option(sub, "--threshold", arguments.proxy.threshold, "SRCC that a proxy has to reach (default: 0.9)",
              {.min = 0, .max = 0.999, .open_min = true});
  real_option(sub, "--risk", arguments.proxy.risk, "Risk of a wrong verdict, of either kind (default: 0.05)",
              {.min = 0, .max = 0.499, .open_min = true});
}

void adapt_options(CLI::App* sub, Arguments& arguments) {
  proxy_option(sub, arguments);
  target_option(sub, arguments);
  sample_options(sub, arguments, "optimal");
  method_option(sub, arguments,
                "raw, counts, scratch, paper or shared (default: chosen by cross-validation)");
  sub->add_option("--penalty", arguments.proxy.penalty, "Of --method paper: l2 or l1 (default: l2)")
      ->check(CLI::IsMember({"l2", "l1"}));
  library_options(sub, arguments);
  sub->add_flag("--each", arguments.proxy.each,
                "Fits every method and states its SRCC on the networks that were not sampled");
  text_option(sub, "-o,--output", arguments.output,
              "Writes the adapted latency as models, which exact, sweep and search read");
}

void plan_options(CLI::App* sub, Arguments& arguments) {
  proxy_option(sub, arguments);
  target_option(sub, arguments, /*required=*/false);
  sampled_option(sub, arguments);
  seed_option(sub, arguments);
  whole_option(sub, "--count", arguments.proxy.count, "How many networks to measure next (default: 20)",
               {.min = 1});
  whole_option(sub, "--first", arguments.proxy.first,
               "From so many measured on they come from the predicted front (default: 20)", {.min = 1});
  method_option(sub, arguments);
  library_options(sub, arguments);
  text_option(sub, "-o,--output", arguments.output, "Writes the list to fill in, a CSV file");
  CLI::Option* emit = text_option(sub, "--emit", arguments.emit,
                                  "Writes their list and files into this folder, for analysis/measure.py");
  sub->add_flag("--list-only", arguments.list_only, "With --emit: the list alone")->needs(emit);
}

void front_options(CLI::App* sub, Arguments& arguments) {
  ProxyArguments& proxy = arguments.proxy;
  proxy_option(sub, arguments);
  target_option(sub, arguments);
  method_option(sub, arguments);
  library_options(sub, arguments);
  seed_option(sub, arguments);
  region_option(sub, arguments);
  whole_option(sub, "--budget", proxy.budget, "Measurements in all (default: 80)", {.min = 4});
  whole_option(sub, "--first", proxy.first, "Before the first fit (default: 20)", {.min = 4});
  whole_option(sub, "--round", proxy.round, "Between fits (default: 10)", {.min = 1});
  whole_option(sub, "--stable", proxy.stable,
               "Rounds that change nothing end it; 0: the budget alone does (default: 2)");
  sub->add_flag("--paper-loop", proxy.paper_loop, "All samples are drawn before any front, as in the paper");
  CLI::Option* state =
      text_option(sub, "--state", proxy.state,
                  "File that keeps the measurements, to go on with; it may not be there yet");
  text_option(sub, "--list", proxy.list,
              "Where the target is in no table: writes the networks to measure next, to fill in")
      ->needs(state);
  sampled_option(sub, arguments)->needs(state);
}

struct ProxyCommand {
  const char* name;
  const char* description;
  const char* example;
  void (*add_options)(CLI::App* command, Arguments& arguments);
  int (*run)(const Arguments& arguments);
};

constexpr ProxyCommand proxy_commands[]{
    {"matrix", "How alike devices rank networks, their clusters, and which is to be the proxy",
     "flash proxy matrix latencies.csv -o matrix.h5", matrix_options, perform_proxy_matrix},
    {"check", "Whether a proxy ranks networks as a target does: accept, adapt or measure more",
     "flash proxy check latencies.csv --proxy titanx_1 --target board --sampled board.csv", check_options,
     perform_proxy_check},
    {"adapt", "Latencies on a target from a proxy and few measurements",
     "flash proxy adapt latencies.csv --target board --sampled board.csv -o board.json", adapt_options,
     perform_proxy_adapt},
    {"plan", "Which networks to measure next on a target",
     "flash proxy plan latencies.csv --target board --count 20 -o board.csv", plan_options,
     perform_proxy_plan},
    {"front", "The front of accuracy and latency on a target, from few measurements",
     "flash proxy front latencies.csv --proxy titanx_1 --target pixel3 --budget 80", front_options,
     perform_proxy_front}};

void proxy_options(CLI::App* sub, Arguments& arguments) {
  sub->require_subcommand(1);
  for (const ProxyCommand& command : proxy_commands) {
    CLI::App* own = sub->add_subcommand(command.name, command.description);
    own->footer(std::string("Example: ") + command.example);
    own->add_flag("--json", arguments.json, "Print one JSON document instead of text");
    own->add_flag("-v,--verbose", arguments.verbose, "Log more");
    table_options(own, arguments);
    blocks_option(own, arguments);
    command.add_options(own, arguments);
    own->final_callback([&arguments, run = command.run] { arguments.proxy.run = run; });
  }
}

int perform_proxy(const Arguments& arguments) { return arguments.proxy.run(arguments); }

}  // namespace

Command proxy_command() {
  return {"proxy", "Latencies of many devices from few measurements: matrix, check, adapt, plan, front",
          "flash proxy adapt latencies.csv --target board --sampled board.csv", proxy_options, perform_proxy};
}

}  // namespace flash
