// [data] and [models]: the files that a job reads.
#include "option_builder.hpp"

namespace flash {
namespace {

void add_paths(JobSection& data, const char* key, std::vector<std::filesystem::path> DataSource::*member,
               const char* description) {
  Option& option = data.add(key, OptionType::text_list, path_rules, description);
  option.default_value = Json::array();
  option.valid = [](const Json&) { return true; };
  option.store = [member](Job& job, const Json& list) {
    (job.data.*member).clear();
    for (const Json& text : list)
      (job.data.*member).push_back(config_path(job.path, text.get<std::string>()));
  };
}

}  // namespace

void add_data_options(std::vector<Option>& options) {
  const auto at = [](auto member) { return field(&Job::data, member); };
  constexpr IntegerRange images{0, 10'000'000};

  JobSection data(options, "data");
  data.word("source", {"shapes", "cifar10", "cifar100", "idx", "folder"}, at(&DataSource::source),
            "Where the images come from: the embedded generator, CIFAR binary files, IDX files as of MNIST "
            "(plain or "
            "gzip), or a folder with a sub-folder of PNG or JPEG images a class.");
  add_paths(
      data, "train", &DataSource::train,
      "Training images. cifar10 and cifar100: the binary files; idx: the images file, then the labels file; "
      "folder: the folder; shapes: none.");
  add_paths(data, "test", &DataSource::test, "Test images, in the same form.");
  data.integer("side", {1, 4'096}, at(&DataSource::side),
               "Side of the images; shapes: 8 to 64. Images of other sources have their own.")
      .unit = "pixels";
  Option& channels = data.integer("channels", {1, 3}, at(&DataSource::channels),
                                  "Colour or grey images of shapes and folder.");
  channels.allowed = "1 | 3";
  channels.valid = [](const Json& value) { return value == 1 || value == 3; };
  data.integer("train_images", images, at(&DataSource::train_images),
               "Use the first so many training images; 0: all, of shapes 2000.");
  data.integer("test_images", images, at(&DataSource::test_images),
               "Use the first so many test images; 0: all, of shapes 1000.");
  data.integer("seed", {0, unlimited}, at(&DataSource::seed), "Seed of the shapes generator.");
}

void add_models_options(std::vector<Option>& options) {
  JobSection models(options, "models");
  models.path(
      "file", field(&Job::models_file), field(&Job::path),
      "Fitted models (JSON): a run that has trained no network takes its accuracy predictor from here, one "
      "that has measured none its hardware models; searches without a run use them as they are; \"\": none.");
}

}  // namespace flash
