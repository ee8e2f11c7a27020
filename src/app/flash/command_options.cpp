#include "command_options.hpp"

#include "flash/config/section_builder.hpp"
#include "flash/space/network_text.hpp"

namespace flash {

void device_option(CLI::App* sub, Arguments& arguments, std::vector<std::string> keys,
                   const char* description) {
  sub->add_option("--device", arguments.device, description)
      ->check([](const std::string& text) {
        return is_device(text) ? std::string()
                               : "'" + text + "' is no device; write " + std::string(device_rule);
      })
      ->each([&arguments, keys = std::move(keys)](const std::string&) { arguments.device_keys = keys; });
}

void job_argument(CLI::App* sub, Arguments& arguments) {
  text_option(sub, "JOB", arguments.job,
              "Job file (TOML; `flash options --sample` prints a documented one), run directory or archive")
      ->required();
}

void job_or_preset(CLI::App* sub, Arguments& arguments) {
  text_option(sub, "JOB", arguments.job, "Job file, run directory or archive; in its place --preset");
  text_option(sub, "--preset", arguments.preset,
              "A space by its name, with its usual images: fbnet, nasbench201, ...");
}

void question_options(CLI::App* sub, Arguments& arguments) { question_options(sub, arguments.question); }

void output_option(CLI::App* sub, Arguments& arguments, bool required) {
  CLI::Option* option =
      text_option(sub, "-o,--output", arguments.output, "Run directory: what has been done in it holds");
  if (required) option->required();
}

void network_options(CLI::App* sub, Arguments& arguments, bool (*needless)(const Arguments&)) {
  CLI::Option* id = whole_option(sub, "--id", arguments.id, "Id of the configuration");
  CLI::Option* network =
      text_option(sub, "--network", arguments.network, "In place of --id: \"wm=2 depth=9 tc=3,0,12\"");
  id->excludes(network);
  sub->parse_complete_callback([id, network, needless, &arguments] {
    if (id->count() + network->count() == 0 && !needless(arguments))
      throw CLI::RequiredError("--id or --network");
  });
}

NetworkId chosen_network(const Arguments& arguments, const Space& space) {
  if (!arguments.id) return space.id(parse_network(space, arguments.network));
  require_numbered(space, std::to_string(*arguments.id));
  space.stratum_of(*arguments.id);
  return *arguments.id;
}

void farm_options(CLI::App* sub, Arguments& arguments) {
  real_option(sub, "--deadline", arguments.deadline_s,
              "From then on begin no task, and give those in hand 15 s; exit code 75, resumable [seconds]",
              {.open_min = true});
  whole_option(sub, "--max-tasks", arguments.max_tasks,
               "Stop once at least so many tasks have finished in this start, with exit code 75, resumable",
               {.min = 1});
  sub->add_flag("--retry-failed", arguments.retry_failed,
                "Try tasks again that failed for good in an earlier start");
  sub->add_flag(
      "--again", arguments.again,
      "Go on in a run directory of another job, where nothing of its results holds: all is made anew");
}

}  // namespace flash
