// What is known of networks before anything is measured: which operator stands at each place, or numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace flash {

// A few thousand networks of one space. Networks have places, features, or both.
struct Encoding {
  struct Place {
    std::string name;  // "e12", "op07"
    std::vector<std::string>
        operators;  // the choices; one of them may say that the place is not there at all
    // Places of the same channels, side and stride share a number: an operator is as slow at each of them.
    std::size_t shape = 0;
  };
  std::size_t networks = 0;
  std::vector<Place> places;
  std::vector<std::uint16_t> operators;  // [network][place]: which of the place's
  // The same without operators that do nothing, each replaced by one that is none (space/liveness.hpp): a runtime may
  // leave these out. Empty: there are none.
  std::vector<std::uint16_t> living;
  std::vector<bool> live;  // [network]: something of the image reaches the classes; empty: always

  std::vector<std::string> features;  // numbers that latencies may be proportional to: "macs", "traffic.2"
  std::vector<double> values;         // [network][feature], >= 0

  std::size_t at(std::size_t network, std::size_t place) const {
    return operators[network * places.size() + place];
  }
};

}  // namespace flash
