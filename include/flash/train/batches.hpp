// From 8-bit images to the batches that a network reads: order, augmentation, normalisation. No LibTorch.
#pragma once

#include <cstdint>
#include <vector>

#include "flash/dataset/dataset.hpp"

namespace flash {

// Random crops of the image padded by `crop` zeros (after normalisation) a side, and mirroring.
struct Augmentation {
  int crop = 0;
  bool flip = false;
};

// The images of one set, normalised as data.mean and data.std_dev say. Refers to `data`.
class Batches {
 public:
  Batches(const ImageSet& images, const Data& data);

  std::size_t size() const { return images_.size(); }
  std::int64_t label(std::size_t image) const { return images_.labels[image]; }
  // Writes one image as side * side pixels of its channels' values (channels last).
  void write(std::size_t image, float* to) const { write(image, 0, 0, false, to); }
  // The same, augmented: a function of (seed, epoch, image) alone.
  void write_augmented(std::size_t image, const Augmentation& augmentation, std::uint64_t seed, int epoch,
                       float* to) const;
  std::size_t values_per_image() const { return values_per_image_; }

 private:
  void write(std::size_t image, int shift_x, int shift_y, bool mirror, float* to) const;
  const ImageSet& images_;
  std::size_t values_per_image_;
  std::vector<float> normalised_;  // of channel c and grey level g: [256 * c + g]
};

// 0 .. count-1 in random order, a function of (seed, epoch).
std::vector<std::size_t> epoch_order(std::size_t count, std::uint64_t seed, int epoch);

// Where each batch of an epoch ends. The last one is smaller where it must be, but never one image alone,
// which has no batch statistics: such an image joins the batch before it.
std::vector<std::size_t> batch_ends(std::size_t count, std::size_t batch);

}  // namespace flash
