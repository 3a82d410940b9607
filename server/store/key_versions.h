#pragma once
#include "server/store/store.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::store {

/// What the committer knows of versions without asking the database. For one thread.

inline std::size_t hash_of(Space space, std::string_view key)
{
    constexpr std::size_t spread = 0x9E37'79B9'7F4A'7C15;
    const std::size_t hash = std::hash<std::string_view>{}(key) + (static_cast<std::size_t>(space) + 1) * spread;
    return hash ^ hash >> 32U;
}

/// The keys that the group at hand has written already: the database cannot tell yet. Holds views: the batches must
/// outlive it. A table of slots that is emptied by counting on, because a group comes every millisecond.
class GroupVersions {
public:
    void clear()
    {
        ++group_;
        used_ = 0;
    }
    void set(Space space, std::string_view key, Version version)
    {
        if (2 * (used_ + 1) > slots_.size()) grow();
        Slot& slot = slots_[place(space, key)];
        if (slot.group != group_) ++used_;
        slot = {group_, space, key, version};
    }
    std::optional<Version> find(Space space, std::string_view key) const
    {
        const Slot& slot = slots_[place(space, key)];
        if (slot.group != group_) return std::nullopt;
        return slot.version;
    }

private:
    struct Slot {
        std::uint64_t group = 0;
        Space space = Space::meta;
        std::string_view key;
        Version version = absent;
    };
    static constexpr std::size_t slots_at_first = 1'024;  // a power of two, like every size after it

    /// Where `key` lies, or would.
    std::size_t place(Space space, std::string_view key) const
    {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = hash_of(space, key) & mask;
        while (slots_[at].group == group_ && (slots_[at].space != space || slots_[at].key != key)) at = (at + 1) & mask;
        return at;
    }
    void grow()
    {
        std::vector<Slot> larger(slots_.size() * 2);
        larger.swap(slots_);
        for (const Slot& slot : larger)
            if (slot.group == group_) slots_[place(slot.space, slot.key)] = slot;
    }

    std::vector<Slot> slots_ = std::vector<Slot>(slots_at_first);
    std::size_t used_ = 0;
    std::uint64_t group_ = 1;
};

/// The versions of what was committed last, of those keys that are expected again and again. A key has one shelf with a few
/// places, of which it takes the one that was written longest ago, so that memory is bounded; what is not here the database
/// knows. With one place to a key, every eighth of 10,000 people had lost hers to somebody else.
class NewestVersions {
public:
    void set(Space space, std::string_view key, Version version)
    {
        Shelf& shelf = shelves_[shelf_of(space, key)];
        Slot* taken = &shelf.front();
        for (Slot& slot : shelf) {
            if (slot.space == space && slot.key == key) {
                slot.version = version;
                slot.written = ++writes_;
                return;
            }
            if (slot.written < taken->written) taken = &slot;
        }
        taken->space = space;
        taken->key.assign(key);
        taken->version = version;
        taken->written = ++writes_;
    }
    std::optional<Version> find(Space space, std::string_view key) const
    {
        for (const Slot& slot : shelves_[shelf_of(space, key)])
            if (slot.space == space && slot.key == key) return slot.version;
        return std::nullopt;
    }
    void clear() { shelves_.assign(shelf_count, Shelf{}); }

private:
    struct Slot {
        Space space = Space::meta;
        std::string key;
        Version version = absent;
        std::uint64_t written = 0;  // when, counted in writes: a key that is gone has no version to go by
    };
    using Shelf = std::array<Slot, 4>;
    static constexpr std::size_t shelf_count = 1u << 13U;  // some 3 MB; a power of two

    std::size_t shelf_of(Space space, std::string_view key) const { return hash_of(space, key) & (shelf_count - 1); }

    std::vector<Shelf> shelves_ = std::vector<Shelf>(shelf_count);
    std::uint64_t writes_ = 0;
};

}  // namespace tsunagi::store
