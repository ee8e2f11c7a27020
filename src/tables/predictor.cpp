#include <array>

#include "flash/predict/rank_correlation.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {

ArchiveTable predictor_table() {
  using Fit = PredictorFit;
  TableOf<Fit> table(
      "predictor",
      "Accuracy predictors theta(g) = 1 / (a + exp(b/g + c)) [reconstructed], one for each reading of "
      "g, and the additive one [ours], whose g is a regression on features that add up over slots (the models' "
      "`additive`) and whose a, b, c are constants that make theta a logistic curve. The covariance of (a, b, c) "
      "gives the band of the fit, with sigma that of a network, which times band_factor holds 95 % of networks "
      "that the fit has not seen; that of the additive one is score_band to either side of g. A rival "
      "of which too few networks differ has NaN; of fewer than 8 networks there is no additive one.",
      [](const TableSource& source) { return source.predictors; });
  table
      .column(
          "predictor", "",
          "what stands for g: nn_degree.links, nn_degree.channels, nn_mass, which is NN-Mass plus 1, since that "
          "may be 0, or another score of the family; parameters; macs; additive",
          [](const Fit& f) { return f.predictor; })
      .column("used", "1", "1 for the one that searches use", [](const Fit& f) { return f.used; })
      .column("a", "1", "coefficient a", [](const Fit& f) { return f.fit.model.a; })
      .column("b", "1", "coefficient b, in units of the predictor",
              [](const Fit& f) { return f.fit.model.b; })
      .column("c", "1", "coefficient c", [](const Fit& f) { return f.fit.model.c; })
      .column("rmse_fit", "1", "root mean square error on the fitted samples",
              [](const Fit& f) { return f.fit.rmse_fit; })
      .column("rmse_loo", "1", "the same, each sample predicted by a fit to the others",
              [](const Fit& f) { return f.fit.rmse_loo; })
      .column("rmse_loo_mean", "1", "the same, each sample predicted by the mean of the others",
              [](const Fit& f) { return f.fit.rmse_loo_mean; })
      .column("rmse_holdout", "1", "root mean square error on held-out samples",
              [](const Fit& f) { return f.rmse_holdout; })
      .column("spearman", "1",
              "Spearman rank correlation with accuracy; of additive, of what is predicted of each "
              "sample by a fit to the others",
              [](const Fit& f) { return f.fit.spearman; })
      .column("kendall", "1", "Kendall tau-b with accuracy", [](const Fit& f) { return f.fit.kendall; })
      .column("sigma", "1", "residual standard deviation, 3 degrees of freedom taken off",
              [](const Fit& f) { return f.fit.model.spread ? f.fit.model.spread->sigma : absent; })
      .column("samples", "1", "number of fitted samples", [](const Fit& f) { return f.samples; });
  constexpr std::array<std::pair<const char*, std::size_t>, 6> entries{
      {{"aa", 0}, {"ab", 1}, {"ac", 2}, {"bb", 4}, {"bc", 5}, {"cc", 8}}};
  for (const auto& [pair, index] : entries)
    table.column(std::string("cov_") + pair, "1", std::string("covariance of ") + pair[0] + " and " + pair[1],
                 [i = index](const Fit& f) {
                   return f.fit.model.spread ? f.fit.model.spread->covariance[i] : absent;
                 });
  table
      .column("spearman_low", "1", "lower end of the 95 % interval of spearman (Bonett, Wright 2000)",
              [](const Fit& f) {
                return spearman_interval(f.fit.spearman, static_cast<double>(f.samples)).first;
              })
      .since("2.1")
      .column("spearman_high", "1", "its upper end",
              [](const Fit& f) {
                return spearman_interval(f.fit.spearman, static_cast<double>(f.samples)).second;
              })
      .since("2.1")
      .column("band_factor", "1", "what the delta method's band is multiplied by, from leave-one-out errors",
              [](const Fit& f) { return f.fit.model.spread ? f.fit.model.spread->factor : absent; })
      .since("2.1")
      .column("score_band", "1", "of additive: half width of the 95 % prediction band, in units of g",
              [](const Fit& f) { return f.fit.model.score_band.value_or(absent); })
      .since("2.1")
      .column(
          "band_loo", "1",
          "half width of a 95 % prediction band of accuracy that is the same everywhere: Student's t times "
          "rmse_loo [ours]",
          [](const Fit& f) { return band_of_errors(f.fit.rmse_loo, f.samples); })
      .since("2.1")
      .column("band_mean", "1", "the same where the mean of the samples predicts",
              [](const Fit& f) { return band_of_errors(f.fit.rmse_loo_mean, f.samples); })
      .since("2.1")
      .column("choice", "", "of the used one: why it is used", [](const Fit& f) { return f.choice; })
      .since("2.1");
  return table.build();
}

}  // namespace flash
