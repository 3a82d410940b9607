#pragma once
#include "server/config/config.h"
#include "server/store/store.h"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace tsunagi::desk {

namespace net = boost::asio;

/// A LINE channel by which people are known and that config no longer names. A person is found by her channel's name: under another
/// name everybody is somebody new, and her record, her level of danger and her safe word stay with the old one.
struct LostChannel {
    DeskId desk;
    std::string channel;
    bool is_desk_gone = false;     ///< config has no desk of this id either
    bool looks_renamed = false;    ///< a LINE channel stands in config by which nobody is known yet
    bool operator==(const LostChannel&) const = default;
};

/// All of them, in order. Reads one row for each channel there ever was, however many people there are.
net::awaitable<std::vector<LostChannel>> lost_channels(store::Store& store, const config::Loaded& config);

/// For an operator: what happened, and what to do. No word of any person.
std::string what_happened(const LostChannel& lost);
std::string what_to_do(const LostChannel& lost);
/// Whether a desk should not open before somebody has looked: a whole desk that is gone hides everybody in it, a renamed channel those it knew.
bool is_essential(const LostChannel& lost);

}  // namespace tsunagi::desk
