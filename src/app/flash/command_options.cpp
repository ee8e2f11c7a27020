#include "command_options.hpp"

#include "flash/config/section_builder.hpp"

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

void question_options(CLI::App* sub, Arguments& arguments) { question_options(sub, arguments.question); }

void output_option(CLI::App* sub, Arguments& arguments, bool required) {
  CLI::Option* option =
      text_option(sub, "-o,--output", arguments.output, "Run directory: what has been done in it holds");
  if (required) option->required();
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
