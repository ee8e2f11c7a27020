// [data] and [models]: the files that a job reads.
#include "flash/config/text.hpp"
#include "flash/dataset/source.hpp"
#include "option_builder.hpp"

namespace flash {
namespace {

void add_paths(JobSection& data, const char* key, std::vector<std::filesystem::path> DataSource::*member,
               const std::string& description) {
  Option& option = data.add(key, OptionType::text_list, path_rules, description);
  option.default_value = Json::array();
  option.valid = [](const Json&) { return true; };
  option.store = [member](Job& job, const Json& list) {
    (job.data.*member).clear();
    for (const Json& text : list)
      (job.data.*member).push_back(config_path(job.path, text.get<std::string>()));
  };
}

std::vector<const Source*> sources_that(bool draw) {
  std::vector<const Source*> found;
  for (const Source* source : sources())
    if (draws_images(*source) == draw) found.push_back(source);
  return found;
}

// "the embedded generator, CIFAR binary files, or a folder": several sources may be described alike.
std::string descriptions() {
  std::vector<std::string> parts;
  for (const Source* source : sources())
    if (parts.empty() || parts.back() != source->description()) parts.emplace_back(source->description());
  parts.back() = "or " + parts.back();
  return joined(parts);
}

// "cifar10 and cifar100: the binary files; folder: the folder; shapes: none"
std::string path_meanings() {
  std::vector<const Source*> all = sources_that(/*draw=*/false);
  for (const Source* drawing : sources_that(/*draw=*/true)) all.push_back(drawing);
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string meaning = all[i]->paths().meaning;
    text += all[i]->name();
    const bool shared = i + 1 < all.size() && all[i + 1]->paths().meaning == meaning;
    text += shared ? " and " : ": " + meaning + (i + 1 < all.size() ? "; " : "");
  }
  return text;
}

std::string drawn_sides() {
  std::string text;
  for (const Source* source : sources_that(/*draw=*/true)) {
    const SideRange sides = source->sides();
    text += "; " + std::string(source->name()) + ": " + std::to_string(sides.least) + " to " +
            std::to_string(sides.most);
  }
  return text;
}

std::string drawn_images(std::size_t DataShape::*images) {
  std::string text;
  for (const Source* source : sources_that(/*draw=*/true))
    text += ", of " + std::string(source->name()) + " " + std::to_string(source->known_shape({}).*images);
  return text;
}

}  // namespace

void add_data_options(std::vector<Option>& options) {
  const auto at = [](auto member) { return field(&Job::data, member); };
  constexpr IntegerRange images{0, 10'000'000};
  std::vector<std::string> names;
  for (const Source* source : sources()) names.emplace_back(source->name());

  JobSection data(options, "data");
  data.word("source", names, at(&DataSource::source), "Where the images come from: " + descriptions() + ".");
  add_paths(data, "train", &DataSource::train, "Training images. " + path_meanings() + ".");
  add_paths(data, "test", &DataSource::test, "Test images, in the same form.");
  data.integer("side", {1, 4'096}, at(&DataSource::side),
               "Side of the images" + drawn_sides() + ". Images of other sources have their own.")
      .unit = "pixels";
  Option& channels = data.integer("channels", {1, 3}, at(&DataSource::channels),
                                  "Colour or grey images of " + source_names("and", takes_side) + ".");
  channels.allowed = "1 | 3";
  channels.valid = [](const Json& value) { return value == 1 || value == 3; };
  data.integer(
      "train_images", images, at(&DataSource::train_images),
      "Use the first so many training images; 0: all" + drawn_images(&DataShape::train_images) + ".");
  data.integer("test_images", images, at(&DataSource::test_images),
               "Use the first so many test images; 0: all" + drawn_images(&DataShape::test_images) + ".");
  data.number(
      "validation_share", from_to(0, 0.9), at(&DataSource::validation_share),
      "Share of the training images, class by class, that is held out: networks are judged by it while a "
      "search still chooses among them, and the test images tell of those that are confirmed; 0: the "
      "test images judge.");
  data.number("test_share", from_to(0, 0.9), at(&DataSource::test_share),
              "For one set of files alone: share of the images of data.train that is the test set, without "
              "data.test; 0: data.test names it.");
  data.integer(
      "seed", {0, unlimited}, at(&DataSource::seed),
      "Seed of the " + source_names("and", draws_images) + " generator, and of what the shares hold out.");
}

void add_models_options(std::vector<Option>& options) {
  JobSection models(options, "models");
  models.path(
      "file", field(&Job::models_file), field(&Job::path),
      "Fitted models (JSON): a run that has trained no network takes its accuracy predictor from here, one "
      "that has measured none its hardware models; searches without a run use them as they are; \"\": none.");
}

}  // namespace flash
