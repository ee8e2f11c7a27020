// The commands of `flash`: thin, each one turns arguments into calls of the rooms and prints what comes back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/job/job.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/space/space.hpp"
#include "proxy_arguments.hpp"
#include "question_options.hpp"

namespace CLI {
class App;
}

namespace flash {

// What the command line says; every command reads the part that it documents.
struct Arguments {
  std::filesystem::path job;  // a file, a run directory or an archive
  std::string preset;         // a space in its place; "": none
  Question question;
  std::filesystem::path run;                  // RUN of status, report, repair, export
  std::vector<std::filesystem::path> shards;  // of merge
  std::string shard;                          // "2/16"; "": the whole sweep
  std::filesystem::path models;               // "": the job's
  std::optional<std::filesystem::path> output;
  bool json = false;
  bool verbose = false;
  bool sample = false;
  bool retry_failed = false;
  bool again = false;
  bool training_free = false;
  bool untrained = false;
  std::size_t calibration = 256;  // images that 8 bits are calibrated on
  bool list_only = false;
  bool imc = false;
  bool digital = false;
  bool archive = false;
  bool histograms = false;
  bool pareto = false;
  std::string front;  // metrics that a front trades
  bool quartiles = false;
  std::filesystem::path design;
  std::string noc = "formula";  // of simulate: or exact
  std::string placer;           // of simulate: in_order, anneal; "": the job's
  std::filesystem::path emit;   // folder; "": none
  double deadline_s = 0;
  std::size_t max_tasks = 0;
  bool watch = false;
  std::string device;
  std::vector<std::string> device_keys;  // which keys of the job it sets
  std::string method{default_search_method};
  std::uint64_t seed = 0;
  std::optional<std::uint64_t> evaluations;
  std::optional<std::uint64_t> id;
  std::string network;   // in words, in place of the id
  unsigned threads = 0;  // of a rank; 0: what it has
  std::size_t top = 1;
  bool compress = false;                   // exact: cells' compression varies too
  std::filesystem::path compression_file;  // models of that; "": the run's
  std::size_t confirm_top = 0;             // 0: the job's choice
  std::filesystem::path confirm_file;      // of networks to confirm; "": none
  std::vector<Override> overrides;         // keys of the job, in place of what it says
  std::filesystem::path images_of;         // a job file: of run-network; "": none
  ProxyArguments proxy;
  std::string command_line;
  int* argc = nullptr;
  char*** argv = nullptr;
};

// A command is one file here, and one line in commands.inc.
struct Command {
  const char* name;         // "run"
  const char* description;  // a phrase
  const char* example;
  // Adds its arguments; they must outlive the command line. Null: it takes none.
  void (*add_options)(CLI::App* command, Arguments& arguments);
  int (*run)(const Arguments& arguments);  // returns the exit code, throws Error
};

// The one list.
const std::vector<Command>& commands();

int emit_networks(const Arguments& arguments);  // calibrate --emit: without the farm
// The list of some networks and, unless --list-only, their files, into the folder of --emit.
int emit_networks(const Arguments& arguments, const Job& job, const std::vector<NetworkId>& ids);
// What stands above a list of networks, lines that begin with #, and its columns to be filled in.
struct ListToMeasure {
  std::string comment;
  std::vector<std::string> columns;
};
// The same without printing: {list, networks, files}; and what people are told of it.
Json emitted_networks(const Arguments& arguments, const Job& job, const std::vector<NetworkId>& ids,
                      const ListToMeasure& form);
std::string emitted_text(const Json& emitted, const Arguments& arguments);
// A list to fill in. One that is there may have been filled in meanwhile, hours of somebody's work: throws Error usage
// where it holds anything else.
void write_list(const std::filesystem::path& path, const std::string& text);

}  // namespace flash
