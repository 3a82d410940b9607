#pragma once
#include "bot/risk/view_keys.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tsunagi::bot {

/// From a pair of letters to the necessary parts and the programs of a `Matcher` that begin with it. Filled, then sealed
/// into one open-addressed table; then any thread may look.
class PairTable {
public:
    static constexpr int may_be_shift = 17;

    /// A part that must begin behind the beginning of a program, and within how many letters of it.
    struct Need {
        std::uint16_t number = 0;  ///< 0 is always there
        std::uint16_t within = 0;
    };

    /// A program that may begin with a pair. What turns most away stands beside its number, so that nobody looks at the program.
    struct Candidate {
        LetterBits third = 0;  ///< what may follow the pair
        std::uint16_t program = 0;
        Need need;             ///< its first
    };

    struct Slot {
        std::uint64_t key = 0;  ///< 0: an empty slot
        std::uint32_t needs_begin = 0;       ///< in `needs`
        std::uint32_t candidates_begin = 0;  ///< in `candidates`
        std::uint16_t needs = 0;             ///< how many
        std::uint16_t candidates = 0;
    };

    void add_need(const std::u32string& head, std::uint16_t number);
    /// `third`: what may follow the head in the program.
    void add_program(const std::u32string& head, LetterBits third, std::uint16_t number);

    /// Ends the adding. `first_needs`: of each program.
    void seal(const std::vector<Need>& first_needs);

    /// Whether something may begin with the pair of a `pair_key`. In the header, because it runs for every letter of every
    /// message; lives as long as the table.
    class Filter {
    public:
        explicit Filter(const std::uint64_t* words) : words_(words) {}
        std::size_t operator()(std::uint64_t key) const  ///< 1 or 0
        {
            const auto bit = key >> (64 - may_be_shift);
            return words_[bit / 64] >> (bit % 64) & 1;
        }

    private:
        const std::uint64_t* words_;
    };
    Filter filter() const { return Filter(may_be_.data()); }

    /// Where `find` looks first, for a prefetch.
    const Slot* first_slot(std::uint64_t key) const { return slots_.data() + (key >> shift_); }

    /// What begins with it, or null; for U+0000, whose key is 0, perhaps an empty slot: nothing begins with it either.
    const Slot* find(std::uint64_t key) const
    {
        for (auto at = key >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
            const auto& slot = slots_[at];
            if (slot.key == key) return &slot;
            if (slot.key == 0) return nullptr;
        }
    }

    std::vector<std::uint16_t> needs;
    std::vector<Candidate> candidates;

private:
    /// What begins with a pair, until sealed.
    struct Beginners {
        std::vector<std::uint16_t> needs;
        std::map<std::uint16_t, LetterBits> programs;  ///< with what may follow the pair
        auto operator<=>(const Beginners&) const = default;
    };
    Beginners& beginners_of(const std::u32string& head);
    void add_what_begins_alone();

    std::map<std::pair<char32_t, char32_t>, Beginners> filling_;
    std::vector<Slot> slots_;
    static constexpr std::size_t may_be_bits = std::size_t{1} << may_be_shift;
    std::vector<std::uint64_t> may_be_;  // a bit for each pair that may be there: small enough to stay near the processor
    int shift_ = 63;
};

}  // namespace tsunagi::bot
