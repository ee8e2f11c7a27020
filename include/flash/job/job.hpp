// A job: all that a run is asked to do, read from a TOML file and checked.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "flash/dataset/dataset.hpp"
#include "flash/import/accuracy_table.hpp"
#include "flash/job/joint_settings.hpp"
#include "flash/search/models.hpp"
#include "flash/search/objective.hpp"
#include "flash/space/space.hpp"
#include "flash/target/target.hpp"
#include "flash/task/compression.hpp"
#include "flash/task/training.hpp"

namespace flash {

struct SampleSettings {
  int count = 25;        // networks trained for the fit
  int holdout = 5;       // more, trained to test the fit
  double max_mmacs = 0;  // only networks of at most so many million MACs an image; 0: any
  int repeats = 0;       // of the first ones, trained once more each: what lies between two is noise
};

// Networks that are trained beside the first design because the models, or what they leave open, promise much.
struct RefineSettings {
  int rounds = 0;        // at most; 0: none
  int networks = 5;      // of a round
  bool halving = false;  // a hopeless training ends early
};

// Accuracies that are known: nothing is trained, whatever stage asks for it.
struct AccuracySettings {
  std::filesystem::path file;  // "": none are known
  AccuracyFormat format;
  std::shared_ptr<const AccuracyTable> table;  // what it holds, once it has been read
  std::shared_ptr<const std::vector<double>>
      of_all;  // of every network by id, where the search is to go by them
  bool known() const { return !file.empty(); }
};

struct HardwareSettings {
  std::string target = "host";  // the name of one of targets()
  std::string machine;          // what is measured, in the user's words, for the provenance of the models
  int count = 30;    // networks measured for the fit; table: of the list to measure, all of the file count
  int holdout = 10;  // more, measured to test it
  double max_mmacs = 0;
  bool remeasure = true;  // networks that are far from what the others let expect; of targets that run here
  Targets targets;        // as the job sets each up
  const Target& setup() const { return targets.named(target); }
};

// A device beside the target, as any target is set up.
struct NamedDevice {
  std::string name;
  std::string text;    // as the job says it
  std::string target;  // the name of one of targets()
  Targets targets;
  const Target& setup() const { return targets.named(target); }
};

// The target's latency from that of devices which are measured well (One-Proxy).
struct ProxySettings {
  std::vector<NamedDevice> devices;  // none: the target alone
  int networks = 200;                // measured on each of them
  int first = 20;                    // of them, measured on the target before its front is known
  int round = 10;                    // of the predicted front, measured between two fits
  int budget = 80;                   // measured on the target in all
  std::string method = "auto";
  std::string device;  // the proxy; "": the most central
  bool active() const { return !devices.empty(); }
  // Whether it is the latency on one of them, which has a model of its own.
  bool models(Metric metric) const {
    return kind_of(metric) == Metric::latency &&
           std::ranges::find(devices, device_of(metric), &NamedDevice::name) != devices.end();
  }
};

struct SearchSettings {
  std::vector<std::string> methods;    // names of search_methods(); empty: all
  int seeds = 3;                       // runs of each method that uses a seed
  std::uint64_t evaluations = 20'000;  // cap of each run
  bool on_table = false;               // accuracies are those of train.table, not the predictor's
};

// What is trained and measured at the end, to see whether the answer holds.
struct ConfirmSettings {
  int networks = 12;                 // different ones; 0: nothing is confirmed
  int seeds = 2;                     // trainings of each
  int top = 0;                       // the so many best by the models in place of a mixed choice; 0: that
  std::vector<std::string> named{};  // these in place of both: ids, or networks in words
  std::string keep = "none";         // none | best | all: whose trained weights are written into the run
};

// Networks that are trained and then compressed, each into a file of its own.
struct CompressSettings {
  std::vector<std::string>
      networks{};      // "best", a reference network, an id or one in words; none: no compression
  int seeds = 1;       // trainings and compressions of each
  std::string target;  // what gains by it; "": that of hardware.target
  std::vector<std::string> layers{};  // "0: keep 0.5 bits 8"; how.layers are these
  CompressionSettings how;
};

struct SweepSettings {
  int top = 100;                               // best configurations kept
  std::uint64_t block = 250'000'000;           // configurations a task
  std::uint64_t max_size = 10'000'000'000ULL;  // `run` leaves the sweep out of a larger space, and says so
  bool histograms = false;                     // of all quantities over the whole space
  bool pareto = false;                         // fronts of the whole space
};

struct FarmSettings {
  int attempts = 2;           // tries of a task whose process dies
  double task_timeout_s = 0;  // a training or measuring task that takes longer is failed; 0: none
  double checkpoint_s = 60;   // a training keeps where it is this often; 0: after every batch
};

inline constexpr const char* job_file_kind = "job file";  // what messages call it

// What a command line sets in place of the job file.
struct Override {
  std::string key;  // "train.device"
  Json value;
};

struct Job {
  std::filesystem::path path;  // of the job file
  std::string text;            // its whole content
  std::vector<Override> overrides;
  std::string name;
  std::uint64_t seed = 1;
  SpaceDefinition space;  // its input is that of the data set once resolve_input has been called
  // Paths absolute. A tenth of the training images judges networks, unless a job says otherwise.
  DataSource data{.validation_share = 0.1};
  std::string images;  // data_digest of what they are; "" where nobody has looked
  SampleSettings sample;
  RefineSettings refine;
  TrainingSettings training;          // but for its chip, which is the target's
  std::string accuracy_on = "ideal";  // ideal | chip: where accuracies are those of the target's arithmetic
  AccuracySettings accuracies;        // of [train], in place of the above
  std::string predictor = "auto";  // what predicts accuracy: auto, paper (theta of the reading) or additive
  std::string reading = "links";   // of NN-Degree: links or channels
  HardwareSettings hardware;
  ProxySettings proxy;
  // Accuracy alone, under ceilings: the ratio of the paper, accuracy / (latency * energy * area), picks the
  // smallest network of many spaces.
  Objective objective{.metric = PerMetric<double>()};
  Constraints constraints;  // the user's own; compare derives the missing ones (job/constraint_sets.hpp)
  SearchSettings search;
  SweepSettings sweep;
  ConfirmSettings confirm;
  CompressSettings compress;
  JointSettings joint;  // of [compress] too
  FarmSettings farm;
  std::filesystem::path models_file;  // fitted models for what a run has not fitted itself; "" none
  std::vector<std::string> notes;     // lines on what is right but hardly meant, with file and line
};

// Reads and checks. Throws Error missing_input, or bad_job with one line "file:line: section.key: what is
// wrong; what is allowed; did you mean ...". All errors of a file are in the message, a line each, at
// most 20.
Job read_job(const std::filesystem::path& path);
Job parse_job(const std::string& text, const std::filesystem::path& path);

// Sets a key as the job file would, and notes it. Throws Error usage where the value is not allowed.
void override_option(Job& job, const std::string& key, const Json& value);

// The images' form as far as the job alone tells it, without its files; the rest of it is that of
// `otherwise`.
Input stated_input(const Job& job, const Input& otherwise);

// A path whose ${NAME} is not set in the environment is refused (Error bad_job) by what reads the file.

// What the job's files say: space.input from the data set (throws as inspect_data), the target's files (throws as
// Target::read_files), and the table of accuracies (throws as read_accuracy_table). Without training, and with such a
// table, the images themselves are not needed: where they are not there, their form is the source's where it has one of
// its own, else that of `models` or the job's models file.
void resolve_input(Job& job, bool trains = true, const std::filesystem::path& models = {});
void resolve_images(Job& job);   // the first alone
void read_accuracies(Job& job);  // the last alone; what is to be said becomes a note
void read_target_files(Job& job,
                       Target& target);  // of one of its hardware.targets; what is to be said becomes a note
// The images where they are there, else as above; where nothing tells their form, that of the preset stays,
// and a warning says so.
void resolve_known_images(Job& job);

// Throws Error bad_job where the job bounds what its target does not have, energy on the target host where
// this machine's counters cannot be read, a metric that the table lacks: better said before hours of
// training.
void require_measurable(const Job& job);

// How the job's networks are trained: its settings, and with train.accuracy_on = "chip" the target's arithmetic, whose
// files are read.
TrainingSettings settings_of_training(const Job& job);

// Which accuracies the job's are, a sentence, where its target computes otherwise than trainings do; else "".
std::string accuracy_words(const Job& job);

// The fitted models that the job names; throws as read_models.
Models read_models_of(const Job& job);

}  // namespace flash
