#pragma once
#include "server/desk/desk_service.h"

#include <boost/asio/awaitable.hpp>

namespace tsunagi::desk {

/// What a master key is worth for the data beside it. `opens`: somebody of those kept is found by it; `wrong`: there are people, and none of those looked
/// for is found.
enum class KeyTrial { nobody_kept, opens, wrong };

/// Tries the key of `config` on the oldest and newest conversations of each desk: whether the person each belongs to is found under it, as she
/// would be when she writes again.
net::awaitable<KeyTrial> try_key(store::Store& store, DeskService& desks, const config::Loaded& config);

}  // namespace tsunagi::desk
