// SmartDeal's weights in bytes.
#pragma once

#include "bytes.hpp"
#include "flash/fcn/compressed_network.hpp"
#include "flash/fcn/file.hpp"

namespace flash {

void write_shift_add(const CompressedMatrix& matrix, ByteWriter& out, FileParts& parts);
ShiftAddMatrix read_shift_add(ByteReader& in, std::size_t rows, std::size_t columns);

}  // namespace flash
