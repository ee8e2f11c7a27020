// The commands of `flash`: thin, each one turns arguments into calls of the rooms and prints what comes back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace flash {

// What the command line says; every command reads the part that it documents.
struct Arguments {
  std::filesystem::path job;
  std::filesystem::path run;  // RUN of status, report, repair, export
  std::optional<std::filesystem::path> output;
  bool json = false;
  bool verbose = false;
  bool sample = false;
  bool retry_failed = false;
  bool training_free = false;
  bool untrained = false;
  bool list_only = false;
  bool imc = false;
  bool histograms = false;
  std::filesystem::path design;
  std::filesystem::path emit;  // folder; "": none
  double deadline_s = 0;
  std::string device;
  std::string method = "shgo-hierarchical";
  std::uint64_t seed = 0;
  std::optional<std::uint64_t> evaluations;
  std::uint64_t id = 0;
  std::size_t top = 1;
  bool pareto = false;
  std::string command_line;
  int* argc = nullptr;
  char*** argv = nullptr;
};

// Each returns the exit code and throws Error.
int space_command(const Arguments& arguments);
int describe_command(const Arguments& arguments);
int simulate_command(const Arguments& arguments);
int options_command(const Arguments& arguments);
int check_command(const Arguments& arguments);
int search_command(const Arguments& arguments);
int exact_command(const Arguments& arguments);
int status_command(const Arguments& arguments);
int report_command(const Arguments& arguments);
int repair_command(const Arguments& arguments);
int export_command(const Arguments& arguments);

// The commands that use the farm: rank 0 does as its name says, the other ranks serve.
int run_command(const Arguments& arguments);
int train_command(const Arguments& arguments);
int calibrate_command(const Arguments& arguments);
int emit_command(const Arguments& arguments);  // calibrate --emit: without the farm
int fit_command(const Arguments& arguments);
int sweep_command(const Arguments& arguments);
int compare_command(const Arguments& arguments);

}  // namespace flash
