// How likely a quantity that a model predicts keeps its bound, by the prediction's 95 % band.
#pragma once

namespace flash {

// That a normally distributed value lies below z standard deviations over its mean: 0.5 at 0, 0.975 at 1.96.
double normal_probability(double z);

// That a prediction's error is less than the room between it and its bound (the ceiling less the prediction, or the
// prediction less the floor), where the 95 % band's half width is `band`: errors are taken as normal, their
// standard deviation as band / 1.96 [ours]. A band of 0 makes it 0 or 1; NaN where the band is not known.
double probability_within(double room, double band);

}  // namespace flash
