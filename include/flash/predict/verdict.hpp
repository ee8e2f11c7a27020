// What a fit of the accuracy predictor is worth, in words.
#pragma once

#include <string>

namespace flash {

// What is known of a fit; NaN for what is not.
struct PredictorFigures {
  double samples = 0;
  double rmse_loo = 0;
  double rmse_loo_mean = 0;  // where the mean of the samples predicts
  double spearman = 0;
  double b = 0;                     // of the model
  std::string score = "NN-Degree";  // what accuracy is predicted from
};

// Why no search should rest on the predictor: it is no better than the mean, accuracy falls with the score or
// does not follow it beyond chance (5 %, two-sided), or the samples are few. "" where nothing of this holds.
std::string verdict(const PredictorFigures& figures);

// The same in the affirmative, for a predictor of which verdict() has nothing to say: by how much it is better
// than the mean, and the rank correlation with its 95 % interval. "" where the errors are not known.
std::string merit(const PredictorFigures& figures);

// A predictor by theta of a score or count, as people read it: of "nn_degree.links" "theta(NN-Degree, links)".
std::string theta_words(std::string predictor);

// False where the predictor is known to be no better than the mean of its networks: its optimum then says
// nothing of networks, and is not to be called proven.
bool beats_mean(const PredictorFigures& figures);

// What a search goes by: a table's accuracies, a predictor's, or those of one that does not beat the mean.
enum class Grounds { table, predictor, mean };

// What searches end with, for all that prints it: "optimum of the models, proven", or, of models that do not
// beat the mean, what they are instead.
std::string optimum_words(Grounds grounds);
// The same where no network meets the constraints.
std::string infeasible_words(Grounds grounds);
// What to do about a predictor that does not beat the mean.
inline constexpr const char* predictor_remedy =
    "train more networks (sample.count), or longer (train.epochs)";

}  // namespace flash
