#include "bot/risk/piece_trie.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace tsunagi::bot {
namespace {

constexpr char32_t numbered_letters_end = 0x20000;  // pictures, too; what is behind is hardly ever written and in no piece
constexpr std::size_t numbers_max = 60'000;         // a number is of 16 bits, and one of them is no letter

std::size_t length_of(const PieceTrie::Piece& piece)
{
    return static_cast<std::size_t>(std::find(piece.letters.begin(), piece.letters.end(), U'\0') - piece.letters.begin());
}

/// By code point, the most frequent first: the children of most pieces then stand close together.
std::vector<std::uint16_t> number_letters(const std::vector<PieceTrie::Piece>& pieces)
{
    std::map<char32_t, std::size_t> counts;
    for (const auto& piece : pieces)
        for (std::size_t at = 0; at < length_of(piece); ++at) ++counts[piece.letters[at]];
    std::vector<std::pair<char32_t, std::size_t>> letters(counts.begin(), counts.end());
    std::stable_sort(letters.begin(), letters.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::vector<std::uint16_t> numbers(numbered_letters_end);
    std::uint16_t number = 0;
    for (const auto& [letter, count] : letters)
        if (letter < numbered_letters_end && number < numbers_max) numbers[letter] = ++number;
    return numbers;
}

struct Node {
    std::uint32_t parent = 0;
    std::uint32_t piece = 0;   // in the list of pieces
    std::uint16_t length = 0;
    std::uint16_t letter = 0;  // its last letter's number
    std::uint32_t base = 0;
};

/// The tree of the pieces, the root first; `node_of`: of each piece, or `nowhere`.
std::vector<Node> grow(const std::vector<PieceTrie::Piece>& pieces, const std::vector<std::uint16_t>& numbers, std::vector<std::uint32_t>& node_of)
{
    std::vector<std::uint32_t> order(pieces.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return pieces[a].letters < pieces[b].letters; });  // a beginning comes before what begins with it
    std::vector<Node> nodes(1);
    std::array<std::uint32_t, PieceTrie::letters_max + 1> path{};  // the nodes of the beginnings of `current`
    std::array<char32_t, PieceTrie::letters_max> current{};
    std::size_t depth = 0;
    node_of.assign(pieces.size(), PieceTrie::nowhere);
    for (const auto at : order) {
        const auto& letters = pieces[at].letters;
        const auto length = length_of(pieces[at]);
        if (length == 0) continue;
        const auto differs = std::mismatch(current.begin(), current.begin() + static_cast<std::ptrdiff_t>(depth), letters.begin()).first;
        const auto shared = static_cast<std::size_t>(differs - current.begin());
        const auto number = letters[length - 1] < numbers.size() ? numbers[letters[length - 1]] : std::uint16_t{0};
        if (shared + 1 < length || number == 0) continue;
        if (shared == length) {  // written twice
            nodes[path[length]].piece = at;
        } else {
            path[length] = static_cast<std::uint32_t>(nodes.size());
            nodes.push_back({path[length - 1], at, static_cast<std::uint16_t>(length), number});
        }
        current = letters;
        depth = length;
        node_of[at] = path[length];
    }
    return nodes;
}

/// A row of bits that are looked at 64 at once; there is always one more.
class Bits {
public:
    void set(std::size_t at)
    {
        if (at / 64 + 2 > words_.size()) words_.resize(at / 32 + 2);
        words_[at / 64] |= std::uint64_t{1} << (at % 64);
    }
    /// Those from `begin` on.
    std::uint64_t from(std::size_t begin) const
    {
        const auto word = begin / 64;
        if (word + 1 >= words_.size()) return word < words_.size() ? words_[word] >> (begin % 64) : 0;
        return begin % 64 == 0 ? words_[word] : words_[word] >> (begin % 64) | words_[word + 1] << (64 - begin % 64);
    }

private:
    std::vector<std::uint64_t> words_;
};

/// Gives a base to every node that has children but the root, those with the most first, as long as there is room for them.
class Bases {
public:
    Bases(std::vector<Node>& nodes, std::uint16_t last_number) : nodes_(nodes)
    {
        bases_.set(0);
        for (std::uint32_t number = 0; number <= last_number; ++number) cells_.set(number);
    }

    void give()
    {
        find_children();
        std::vector<std::uint32_t> parents;
        for (std::uint32_t node = 1; node < nodes_.size(); ++node)
            if (count(node) > 0) parents.push_back(node);
        std::stable_sort(parents.begin(), parents.end(), [&](auto a, auto b) { return std::pair(nodes_[a].length, count(b)) < std::pair(nodes_[b].length, count(a)); });
        std::size_t siblings = 0;
        std::size_t from = 0;
        for (const auto parent : parents) {
            if (count(parent) != siblings) from = first_free();  // where as many had no room, fewer may have
            siblings = count(parent);
            const auto base = free_base(parent, from);
            from = base / 64;
            take(parent, base);
        }
    }

private:
    std::size_t count(std::uint32_t node) const { return begins_[node + 1] - begins_[node]; }

    void find_children()
    {
        begins_.assign(nodes_.size() + 1, 0);
        for (std::size_t node = 1; node < nodes_.size(); ++node) ++begins_[nodes_[node].parent + 1];
        std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
        letters_.resize(nodes_.size());
        auto next = begins_;
        for (std::size_t node = 1; node < nodes_.size(); ++node) letters_[next[nodes_[node].parent]++] = nodes_[node].letter;
    }

    /// The first 64 bases at which a cell may be free.
    std::size_t first_free()
    {
        while (cells_.from(first_free_ * 64) == UINT64_MAX) ++first_free_;
        const std::size_t reach = 1024;  // the children of the frequent letters stand behind their base, but close by
        return first_free_ * 64 > reach ? first_free_ - reach / 64 : 0;
    }

    std::uint32_t free_base(std::uint32_t node, std::size_t from) const
    {
        for (std::size_t block = from;; ++block) {
            auto taken = bases_.from(block * 64);
            for (auto at = begins_[node]; at < begins_[node + 1] && taken != UINT64_MAX; ++at) taken |= cells_.from(block * 64 + letters_[at]);
            if (taken != UINT64_MAX) return static_cast<std::uint32_t>(block * 64) + static_cast<std::uint32_t>(__builtin_ctzll(~taken));
        }
    }

    void take(std::uint32_t node, std::uint32_t base)
    {
        nodes_[node].base = base;
        bases_.set(base);
        for (auto at = begins_[node]; at < begins_[node + 1]; ++at) cells_.set(base + letters_[at]);
    }

    std::vector<Node>& nodes_;
    std::vector<std::uint32_t> begins_;    // of each node's children in `letters_`
    std::vector<std::uint16_t> letters_;
    Bits bases_;
    Bits cells_;
    std::size_t first_free_ = 0;
};

}  // namespace

std::vector<std::uint32_t> PieceTrie::make(const std::vector<Piece>& pieces)
{
    const auto numbers = number_letters(pieces);
    const auto last_number = *std::max_element(numbers.begin(), numbers.end());
    std::vector<std::uint32_t> places;
    auto nodes = grow(pieces, numbers, places);
    Bases(nodes, last_number).give();
    std::uint32_t last_base = 0;
    for (const auto& node : nodes) last_base = std::max(last_base, node.base);
    cells_.assign(std::size_t{last_base} + last_number + 1, {});  // so that a look need not ask where they end
    letters_.assign(numbers.size(), {});
    for (std::size_t letter = 0; letter < numbers.size(); ++letter) letters_[letter] = Cell(numbers[letter], 0, 0);
    for (std::size_t at = 1; at < nodes.size(); ++at) {
        const auto& node = nodes[at];
        const auto& piece = pieces[node.piece];
        auto& cell = node.parent == 0 ? letters_[piece.letters[0]] : cells_[nodes[node.parent].base + node.letter];
        cell = Cell(node.letter, node.base, piece_weight(piece.danger, piece.high));
    }
    for (auto& place : places)
        if (place != nowhere) place = nodes[nodes[place].parent].base + nodes[place].letter;
    return places;
}

}  // namespace tsunagi::bot
