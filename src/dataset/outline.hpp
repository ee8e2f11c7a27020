// The outlines of the shapes generator.
#pragma once

namespace flash::dataset {

// The ten classes in the order of shapes_names, then a stick, which only clutters and occludes.
enum class Outline { disc, ring, square, frame, triangle, plus, star, crescent, half_disc, bars, stick };

// A signed distance of (x, y) to the outline: negative inside, of slope 1 near the edge. The shape fills
// about the unit circle. `thickness` (near 1) scales the strokes of those that have any.
double distance(Outline outline, double x, double y, double thickness);

}  // namespace flash::dataset
