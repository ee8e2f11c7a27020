// What should be known of a data set before anything is trained on it.
#pragma once

#include <string>
#include <vector>

#include "flash/dataset/dataset.hpp"

namespace flash {

// One sentence each on what is likely a mistake in the images that load_data would use: test images that are
// training images too, images that are there more than once (of image folders: files of the same bytes),
// classes without images, files of an image folder that are not read. Generated images have none. Reads all
// of it, but decodes no picture. Throws as inspect_data.
std::vector<std::string> data_warnings(const DataSource& source);

// Reads every image that load_data would use, several at once, and keeps none. Throws as load_data.
void require_readable(const DataSource& source);

}  // namespace flash
