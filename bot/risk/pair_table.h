#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace tsunagi::bot {

/// From a pair of letters to the necessary parts and the programs of a `Matcher` that begin with it. Filled, then sealed
/// into one open-addressed table; then any thread may look.
class PairTable {
public:
    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t begin = 0;     ///< in `numbers`: the needs, then of each program `numbers_per_program`
        std::uint16_t needs = 0;     ///< how many
        std::uint16_t programs = 0;
    };

    void add_need(const std::u32string& head, std::uint16_t number) { add(head, number, true); }
    void add_program(const std::u32string& head, std::uint16_t number) { add(head, number, false); }

    /// A part that must begin behind the beginning of a program, and within how many letters of it.
    struct Need {
        std::uint16_t number = 0;  ///< 0 is always there
        std::uint16_t within = 0;
    };

    /// Ends the adding. `first_needs`: of each program; they stand beside its number, so that most are turned away without
    /// a look at the program.
    static constexpr std::size_t numbers_per_program = 3;  ///< its own, its first need's, and within how many letters
    void seal(const std::vector<Need>& first_needs);

    /// Two steps, so that the memory of many looks is on its way at once: where to look for what begins with the pair, or 0
    /// when surely nothing does; then what is there, or null. A second letter of 0 stands for any. In the header, because
    /// they run for every letter of every message.
    std::uint64_t key_to_look_for(char32_t first, char32_t second) const
    {
        for (const auto key : {key_of(first, second), key_of(first, 0)}) {
            const auto bit = mixed(key) >> (64 - may_be_shift);
            if ((may_be_[bit / 64] >> (bit % 64) & 1) == 0) continue;
            __builtin_prefetch(&slots_[mixed(key) >> shift_]);
            return key;
        }
        return 0;
    }
    const Slot* find(std::uint64_t key) const
    {
        for (auto at = mixed(key) >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
            const auto& slot = slots_[at];
            if (slot.key == key) return &slot;
            if (slot.key == 0) return (key & 0xFFFFFFFF) == 0 ? nullptr : find(key >> 32 << 32);
        }
    }

    std::vector<std::uint16_t> numbers;

private:
    static std::uint64_t key_of(char32_t first, char32_t second) { return static_cast<std::uint64_t>(first) << 32 | second; }
    static std::uint64_t mixed(std::uint64_t key) { return key * 0x9E3779B97F4A7C15ull; }

    using Numbers = std::vector<std::uint16_t>;

    void add(const std::u32string& head, std::uint16_t number, bool need);

    std::unordered_map<std::uint64_t, std::array<Numbers, 2>> filling_;
    std::vector<Slot> slots_;
    static constexpr int may_be_shift = 17;
    static constexpr std::size_t may_be_bits = std::size_t{1} << may_be_shift;
    std::vector<std::uint64_t> may_be_;  // a bit for each pair that may be there: small enough to stay near the processor
    int shift_ = 63;
};

}  // namespace tsunagi::bot
