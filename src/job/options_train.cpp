// [sample], [train] and [predictor]: what is trained, and how.
#include "option_builder.hpp"

namespace flash {
void add_sample_options(std::vector<Option>& options) {
  const auto at = [](auto member) { return field(&Job::sample, member); };
  JobSection sample(options, "sample");
  sample.integer("count", network_counts, at(&SampleSettings::count),
                 "Networks trained to fit the accuracy predictor.");
  sample.integer("holdout", held_out_counts, at(&SampleSettings::holdout),
                 "More networks, trained to test the fit.");
  sample
      .number("max_mmacs", at_least(0), at(&SampleSettings::max_mmacs),
              "Train only networks of at most so many million multiply-accumulates an image; 0: any.")
      .unit = "MMAC";
  sample.integer("repeats", {0, 100'000}, at(&SampleSettings::repeats),
                 "Of these networks, the first so many are trained once more from another seed: what lies "
                 "between the two is noise, which fits and reports reckon with.");
}

void add_refine_options(std::vector<Option>& options) {
  const auto at = [](auto member) { return field(&Job::refine, member); };
  JobSection refine(options, "refine");
  refine.integer(
      "rounds", {0, 1'000}, at(&RefineSettings::rounds),
      "Rounds in which the networks that promise most by the models so far are trained too, and the "
      "models fitted anew; fewer where the models' best stays what it was. 0: none.");
  refine.integer("networks", {1, 1'000}, at(&RefineSettings::networks), "Networks that a round trains.");
  refine.boolean("halving", at(&RefineSettings::halving),
                 "A training of these ends after a quarter or half of its epochs where its accuracy is then "
                 "below the median of the trainings of earlier rounds.");
}

void add_train_options(std::vector<Option>& options) {
  using Settings = TrainingSettings;
  const auto at = [](auto member) { return field(&Job::training, member); };
  JobSection train(options, "train");
  train.integer("epochs", {1, 100'000}, at(&Settings::epochs), "Passes over the training images.");
  train.integer("batch", batch_sizes, at(&Settings::batch), "Images of a training step.").unit = "images";
  train.word("optimiser", {"sgd", "adam"}, at(&Settings::optimiser),
             "Stochastic gradient descent with Nesterov momentum, or Adam.");
  train.number("learning_rate", {.min = 0, .max = 10, .open_min = true}, at(&Settings::learning_rate),
               "Learning rate of the first step.");
  train.number("momentum", {.min = 0, .max = 1, .open_max = true}, at(&Settings::momentum),
               "Nesterov momentum of sgd.");
  train.number("weight_decay", from_to(0, 1), at(&Settings::weight_decay), "L2 penalty on the weights.");
  train.word("schedule", {"cosine", "constant"}, at(&Settings::schedule),
             "Learning rate over the steps: cosine decay to 0, or as it is.");
  train
      .integer("crop", {0, 64}, at(&Settings::crop),
               "Augmentation: pixels of padding for random crops; 0: no crops.")
      .unit = "pixels";
  train.boolean("flip", at(&Settings::flip), "Augmentation: mirror images at random.");
  train.integer("threads", thread_counts, at(&Settings::threads),
                "Threads of LibTorch in each rank's trainer.");
  train.device("device", at(&Settings::device),
               "Where networks are trained; cuda needs a CUDA build of LibTorch.");
  train.integer(
      "retries", {0, 10}, at(&Settings::retries),
      "New tries of a network that diverged or stayed at chance, each at a third of the learning rate.");
  train.word(
      "accuracy_on", {"ideal", "chip"}, field(&Job::accuracy_on),
      "With the target imc, chip: accuracies are those of networks in the chip's cells and converters, by "
      "adc.bits, crossbar.rows and section accuracy of its design; the ideal ones stand beside them. ideal: in "
      "single precision.");
  train.integer(
      "noise_epochs", {0, 100'000}, at(&Settings::noise_epochs),
      "With train.accuracy_on = \"chip\": more epochs at the end, at a tenth of the learning rate, under "
      "noise on the weights that disturbs each layer as much as the chip does.");
  using Known = AccuracySettings;
  train.path(
      "table", field(&Job::accuracies, &Known::file), field(&Job::path),
      "A CSV file of accuracies that are known, a row a network, such as a benchmark's: then nothing is "
      "trained, no image is needed, and all networks come from the file. The same file may be hardware.file.");
  train.texts(
      "network_columns", "a column with the id or the network in words, or those of the options",
      field(&Job::accuracies, &Known::format, &AccuracyFormat::network),
      "With train.table: the columns that say which network a row is; without this key id, network or "
      "arch, else the columns of the options.");
  train.text(
      "accuracy_column", "a column of the file", [](const Json&) { return true; },
      field(&Job::accuracies, &Known::format, &AccuracyFormat::accuracy),
      "With train.table: the column of accuracies; without this key accuracy, accuracy_pct or "
      "accuracy_percent. Names that end in pct, percent or % hold percent, all others fractions.");
}

void add_predictor_options(std::vector<Option>& options) {
  JobSection predictor(options, "predictor");
  predictor.word(
      "kind", {"auto", "paper", "additive"}, field(&Job::predictor),
      "What predicts accuracy: theta of NN-Degree as in the paper, a regression on features that add "
      "up over slots, or the one of the least leave-one-out error, the simpler one where they are "
      "within a standard error.");
  predictor.word("reading", {"links", "channels"}, field(&Job::reading),
                 "What NN-Degree counts as a skip: links between channels, or concatenated "
                 "channels. Reports show both.");
}

}  // namespace flash
