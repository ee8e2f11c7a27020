// What the command line of `flash proxy ...` says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "flash/import/device_tables.hpp"

namespace flash {

struct Arguments;

struct ProxyArguments {
  int (*run)(const Arguments& arguments) = nullptr;  // of the sub-command that was called

  std::vector<std::filesystem::path> tables;
  DeviceFormat format;
  std::string preset;  // of the networks' space; "": none
  std::filesystem::path job;
  std::vector<std::string> blocks;  // NAME=FILE: devices of which single blocks are known

  std::string proxy;  // "": the most central device other than the target
  std::string target;
  std::size_t samples = 0;           // taken from the table; 0: none
  std::string sampling;              // random or optimal; "": the command's usual
  std::filesystem::path sampled;     // a list of networks, maybe with latencies
  std::vector<std::string> library;  // further devices; "all"; empty: none
  std::string method;                // "": chosen by cross-validation
  std::string penalty = "l2";
  double region = 15;      // points of accuracy, or percent of the fastest
  double threshold = 0.9;  // of check
  double risk = 0.05;
  double linkage = 0.9;     // of clusters
  std::size_t count = 20;   // of plan
  bool each = false;        // of adapt: every method is fitted and held against the table
  std::size_t budget = 80;  // of front
  std::size_t first = 20;
  std::size_t round = 10;
  std::size_t stable = 2;
  bool paper_loop = false;
  std::filesystem::path state;
  std::filesystem::path list;  // to fill in
};

}  // namespace flash
