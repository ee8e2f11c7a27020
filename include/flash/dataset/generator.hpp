// A source that draws its images from data.seed and reads no file. All that is not its own is told here.
#pragma once

#include "flash/dataset/source.hpp"

namespace flash {

enum class Split { train, test };

class Generator : public Source {
 public:
  // Raised whenever it comes to draw other pixels: what was trained on the old ones is told apart. From 1.
  virtual int version() const = 0;
  virtual std::vector<std::string> class_names() const = 0;
  virtual std::size_t usual_images(Split) const = 0;  // where a job asks for none
  SideRange sides() const override = 0;               // within which draw works
  // The first `count` images, a function of seed, split, side and channels (1 or 3) alone, on every machine.
  virtual ImageSet draw(std::uint64_t seed, Split, std::size_t count, int side, int channels) const = 0;

  PathRule paths() const final;
  DataShape known_shape(const DataSource&) const final;
  DataShape inspect(const DataSource&) const final;
  Data load(const DataSource&) const final;
  SourceFiles files(const DataSource&) const final { return {}; }
  std::vector<std::uint64_t> drawn_from(const DataSource&) const final;
  DataPrints prints(const DataSource&) const final { return {}; }
  void require_readable(const DataSource&) const final {}
};

}  // namespace flash
